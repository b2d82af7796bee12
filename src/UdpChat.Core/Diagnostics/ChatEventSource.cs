using System.Diagnostics.Tracing;

namespace UdpChat.Diagnostics;

/// <summary>The story of relays and clients, for dotnet-trace, PerfView and EventListener: source <c>UdpChat</c>.</summary>
[EventSource(Name = "UdpChat")]
internal sealed class ChatEventSource : EventSource
{
    public static readonly ChatEventSource Log = new();

    private ChatEventSource()
    {
    }

    [Event(1, Level = EventLevel.Informational, Message = "Relay {0} started")]
    public void RelayStarted(string endPoint) => WriteEvent(1, endPoint);

    [Event(2, Level = EventLevel.Informational, Message = "Relay {0} stopped")]
    public void RelayStopped(string endPoint) => WriteEvent(2, endPoint);

    [Event(3, Level = EventLevel.Error, Message = "Unexpected error: {0}")]
    public void Fault(string exception) => WriteEvent(3, exception);

    [Event(4, Level = EventLevel.Informational, Message = "Client {0} is {1}: {2}")]
    public void ClientState(string name, string state, string reason) => WriteEvent(4, name, state, reason);

    [Event(5, Level = EventLevel.Verbose, Message = "Client {0}: the socket to {1} reports {2}")]
    public void ClientSocketError(string name, string relay, string error) => WriteEvent(5, name, relay, error);

    [Event(6, Level = EventLevel.Warning, Message = "Client {0}: an event handler threw {1}")]
    public void HandlerFailed(string name, string exception) => WriteEvent(6, name, exception);

    [Event(7, Level = EventLevel.Error, Message = "The store failed {0} commands: {1}")]
    public void StoreFailed(int commands, string exception) => WriteEvent(7, commands, exception);
}
