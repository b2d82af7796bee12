using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using UdpChat.Errors;
using UdpChat.State;

namespace UdpChat.Commands;

/// <summary>Waits for messages that were sent before: until the relay holds them, or the recipients' clients have them.</summary>
[Cmdlet(VerbsLifecycle.Wait, "ChatMessage")]
[OutputType(typeof(ChatMessage))]
public sealed class WaitChatMessageCommand : ChatCommand
{
    private readonly List<ChatMessage> _messages = [];
    private long _started;

    /// <summary>The messages, as <c>Send-ChatMessage -PassThru</c> gave them.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public ChatMessage[] Message { get; set; } = [];

    /// <summary>How far: until the relay holds them (Accepted), or the recipients' clients have them (Delivered, the default).</summary>
    [Parameter]
    [Alias("For")]
    [ValidateSet(nameof(ChatMessageState.Accepted), nameof(ChatMessageState.Delivered))]
    public ChatMessageState WaitFor { get; set; } = ChatMessageState.Delivered;

    /// <summary>How long to wait at most, in all; without end by default.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _started = ModuleClock.Current.GetTimestamp();
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (ChatMessage message in Message)
        {
            if (!message.Delivery.IsSent)
                WriteError(ErrorRecords.NotSentHere(message));
            else
                _messages.Add(message);
        }
    }

    /// <inheritdoc/>
    private protected override bool TellsItself(ChatMessage message) => _messages.Exists(m => ReferenceEquals(m, message));

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var waiter = new DeliveryWaiter(_messages, WaitFor);
        TimeSpan? left = MyInvocation.BoundParameters.ContainsKey(nameof(Timeout)) ? Timeout - ModuleClock.Current.GetElapsedTime(_started) : null;
        List<ChatConnection> connections = ProcessResources.Connections.Where(c => _messages.Any(m => m.Client == c.Client)).ToList();
        Await(waiter.WaitAsync(left, StopToken), connections);
        foreach (ChatMessage message in _messages)
            WriteObject(message);
        foreach (ChatMessage message in waiter.Unsettled)
            WriteError(ErrorRecords.DeliveryTimedOut(message, WaitFor));
        foreach (ChatMessage message in waiter.Unknowable)
            WriteWarning(DeliveryWaiter.Describe(message));
        foreach (ChatMessage message in _messages.Where(m => m.State == ChatMessageState.Failed))
            WriteFailure(message);
    }
}
