using System;
using System.Diagnostics.Tracing;
using System.Linq;

namespace UdpChat.Core.Tests.Support;

/// <summary>Listens to the event source of one relay or client, whose name or address is in its events.</summary>
internal sealed class ChatEventLog : EventListener
{
    private readonly string _about;

    public ChatEventLog(string about)
    {
        _about = about;
        foreach (EventSource source in EventSource.GetSources().Where(s => s.Name == "UdpChat"))
            EnableEvents(source, EventLevel.Verbose);
    }

    /// <summary>The events as <c>Name: payload, payload</c>.</summary>
    public Recorder<string> Events { get; } = new();

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "UdpChat")
            EnableEvents(eventSource, EventLevel.Verbose);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        string text = $"{eventData.EventName}: {string.Join(", ", eventData.Payload ?? Enumerable.Empty<object?>())}";
        if (_about is not null && text.Contains(_about, StringComparison.Ordinal))
            Events.Add(text);
    }
}
