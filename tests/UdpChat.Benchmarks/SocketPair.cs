using System;
using System.Net;

namespace UdpChat.Benchmarks;

/// <summary>Two users of one socket, who take no memory for a message: what is allocated is the relay's.</summary>
internal abstract class SocketPair : IMessagePair
{
    /// <summary>The users.</summary>
    protected const int Sender = 0, Recipient = 1, Users = 2;

    private const int DatagramBytes = 1280; // of a session

    /// <summary>As short as the timers of a session want it.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(10);

    protected SocketPair(IPEndPoint relay) => Socket = new UserSocket(relay, Silence, DatagramBytes);

    /// <summary>From where both send.</summary>
    protected UserSocket Socket { get; }

    /// <summary>How many messages were sent, less those that were lost.</summary>
    protected long Sent { get; set; }

    /// <summary>How many messages the recipient has.</summary>
    protected long Received { get; set; }

    public void Pass(long messages)
    {
        long end = Received + messages;
        while (Received < end)
        {
            while (Sent < end && Sent - Received < IMessagePair.Window && TrySend())
                Sent++;
            AddOthers();
            Socket.Flush();
            int count = Socket.Receive();
            for (int i = 0; i < count; i++)
                Take(Socket[i]);
            if (count == 0)
                Silent();
        }
    }

    public void Dispose() => Socket.Dispose();

    /// <summary>Sends a message, if there is room for it.</summary>
    protected abstract bool TrySend();

    /// <summary>Adds to the batch what goes out besides.</summary>
    protected abstract void AddOthers();

    /// <summary>Takes a datagram.</summary>
    protected abstract void Take(ReadOnlySpan<byte> datagram);

    /// <summary>Nothing has come for a while.</summary>
    protected abstract void Silent();
}
