using System;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Client;

/// <summary>Sends from the outbox in the plain profile: nobody answers, so a message is done with when the system has taken it.</summary>
internal sealed class PlainSender(Outbox outbox, ClientCounters counters)
{
    private long _cursor;             // the next message of the outbox
    private OutgoingMessage? _last;
    private bool _isBlocked;          // the system takes nothing

    /// <summary>Begins with the first message that is not decided. What can't go out in this profile fails.</summary>
    public void Begin()
    {
        // What went out in a session of the extended profile may have arrived; it must not come twice.
        for (long number = outbox.First; number < outbox.Next; number++)
        {
            if (outbox.Find(number) is not { } message)
                continue;
            if (message.Sessions > 0)
                outbox.Fail(number, FailureCode.ProfileChanged, "", true);
            else if (PlainWriter.SendToOverhead + message.To.Length + LineText.UnescapedLength(message.Text.Span) > WireLimits.MaxDatagramBytes)
                outbox.Fail(number, FailureCode.TooLarge, "", false);
        }
        outbox.FailWatched(FailureCode.ProfileChanged);
        _cursor = outbox.First;
        _last = null;
        _isBlocked = false;
    }

    /// <summary>Writes a message that nothing waits before. Its sender is told at once if the system does not take it.</summary>
    public void WriteAtOnce(OutgoingMessage message, DatagramBatch output)
    {
        Write(message, output);
        _cursor = message.Number + 1;
        outbox.SentPlain(message);
    }

    /// <summary>Writes the next message, unless the system takes nothing. <see cref="Refused"/> may follow; if not, the system has taken it.</summary>
    /// <returns>Whether there was one.</returns>
    public bool WriteNext(DatagramBatch output)
    {
        if (_last is { } sent)
        {
            _last = null;
            outbox.SentPlain(sent);
        }
        if (_isBlocked)
            return false;
        while (outbox.Count > 0 && _cursor < outbox.Next)
        {
            if (outbox.Find(_cursor++) is not { } message)
                continue;
            Write(message, output);
            _last = message;
            return true;
        }
        return false;
    }

    /// <summary>The system did not take the message that was written last: it goes out when messages pass again.</summary>
    public void Refused()
    {
        if (_last is not { } message)
            return;
        _last = null;
        _isBlocked = true;
        _cursor = message.Number;
    }

    /// <summary>Messages pass again.</summary>
    public void Unblock() => _isBlocked = false;

    private void Write(OutgoingMessage message, DatagramBatch output)
    {
        Span<byte> datagram = output.Reserve(PlainWriter.SendToOverhead + message.To.Length + LineText.UnescapedLength(message.Text.Span));
        int length = PlainWriter.SendTo(datagram, message.To, default);
        length += LineText.Unescape(message.Text.Span, datagram.Slice(length));
        output.Commit(length, default);
        counters.AddSent();
    }
}
