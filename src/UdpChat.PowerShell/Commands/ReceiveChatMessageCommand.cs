using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using UdpChat.State;

namespace UdpChat.Commands;

/// <summary>
/// Takes received messages: those that are there, or with <see cref="Wait"/> or <see cref="Timeout"/> those to come, too.
/// What it does not write stays for the next.
/// </summary>
[Cmdlet(VerbsCommunications.Receive, "ChatMessage")]
[OutputType(typeof(ChatMessage))]
public sealed class ReceiveChatMessageCommand : ChatCommand
{
    /// <summary>The longest time that a timer is set to; it is set again after it.</summary>
    private static readonly TimeSpan MaxTimer = TimeSpan.FromDays(1);

    private readonly List<ChatConnection> _connections = [];
    private long _started;

    /// <summary>Only from senders of these names; wildcards are allowed. The messages of others stay where they are.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? From { get; set; }

    /// <summary>Goes on until it is stopped, or its connections have ended.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Waits for this time in all.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; }

    /// <summary>Ends after so many messages.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = int.MaxValue;

    /// <summary>Shows the messages and leaves them where they are.</summary>
    [Parameter]
    public SwitchParameter Keep { get; set; }

    /// <summary>The connections, as objects or names; wildcards are allowed. Without it, the default connection.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public object[]? Connection { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _started = ModuleClock.Current.GetTimestamp();
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Connection is null)
            _connections.Add(GetConnection(null));
        foreach (object given in Connection ?? [])
        {
            IReadOnlyList<ChatConnection> found = FindConnections(given);
            if (found.Count == 0)
                throw Terminate(Errors.ErrorRecords.ConnectionNotFound(given.ToString()!));
            _connections.AddRange(found.Select(Trace));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Predicate<string>? isFrom = NamePattern.AnyOf(From);
        Predicate<ChatMessage>? match = isFrom is null ? null : m => isFrom(m.From);
        List<MessageSource> sources = _connections.Distinct().Select(c => new MessageSource(c, match, Keep)).ToList();
        bool hasTimeout = MyInvocation.BoundParameters.ContainsKey(nameof(Timeout));
        if (hasTimeout ? Timeout > TimeSpan.Zero : Wait)
            TakeWaiting(sources, hasTimeout ? Timeout : null);
        else
            TakePresent(sources);
    }

    private void TakePresent(List<MessageSource> sources)
    {
        int left = Count;
        foreach (MessageSource source in sources)
        {
            WriteRemarks(source.Connection);
            // Those that arrive meanwhile are for the next call, or this one might never end.
            for (int present = source.Connection.Waiting; present > 0 && left > 0 && !Stopping; present--, left--)
            {
                if (source.TryTake() is not { } message)
                    break;
                Write(source, message);
            }
        }
    }

    private void TakeWaiting(List<MessageSource> sources, TimeSpan? timeout)
    {
        foreach (MessageSource source in sources)
            source.Connection.Activity += Wake.Set;
        using ITimer timer = ModuleClock.Current.CreateTimer(_ => Wake.Set(), null, System.Threading.Timeout.InfiniteTimeSpan, System.Threading.Timeout.InfiniteTimeSpan);
        try
        {
            for (int left = Count; left > 0;)
            {
                TimeSpan? rest = timeout - ModuleClock.Current.GetElapsedTime(_started);
                if (Stopping || rest <= TimeSpan.Zero)
                    return;
                int taken = TakeOneOfEach(sources, left);
                left -= taken;
                if (taken > 0)
                    continue;
                if (sources.All(s => s.HasEnded))
                    return;
                if (rest is { } due)
                    timer.Change(due < MaxTimer ? due : MaxTimer, System.Threading.Timeout.InfiniteTimeSpan);
                Wake.Wait();
            }
        }
        finally
        {
            foreach (MessageSource source in sources)
                source.Connection.Activity -= Wake.Set;
        }
    }

    /// <summary>The message counts as taken before it is downstream: what is done with it there may be to disconnect.</summary>
    private void Write(MessageSource source, ChatMessage message)
    {
        source.Confirm(message);
        WriteObject(message);
    }

    /// <summary>Takes a message and writes it before it takes the next, so that none is lost if this ends in between.</summary>
    private int TakeOneOfEach(List<MessageSource> sources, int most)
    {
        int taken = 0;
        foreach (MessageSource source in sources)
        {
            if (!source.Connection.HasWaitingSender)
                WriteRemarks(source.Connection);
            if (taken == most || Stopping)
                break;
            if (source.TryTake() is { } message)
            {
                taken++;
                Write(source, message);
            }
            else if (source.IsCrowdedOut())
            {
                WriteWarning($"The inbox of {source.Connection} is nearly full of messages from others; when it is full, the newest are dropped. Take them with Receive-ChatMessage without -From.");
            }
        }
        return taken;
    }
}
