using System;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using UdpChat.Protocol;
using UdpChat.Protocol.Link;

namespace UdpChat.Transport.Linux;

/// <summary>
/// Sends batches. What goes to one address one after another goes through the system's stack as one datagram, which the
/// system cuts into segments at its end (UDP_SEGMENT), as long as all are of one size and only the last is shorter.
/// </summary>
/// <param name="socket">The socket.</param>
/// <param name="isConnected">Whether it sends to one peer only, whatever the batch says; then it stops at the first datagram that the system does not take.</param>
internal sealed unsafe class LinuxSender(Socket socket, bool isConnected = false)
{
    /// <summary>How many segments a message has at most: no more than 64 KiB together, and than any system takes.</summary>
    private const int MaxSegments = 16;

    /// <summary>After how many refusals in a row it sends no segments any more. One may be due to the path to one peer, whose packets are smaller.</summary>
    private const int MaxRefusals = 64;

    private readonly SafeSocketHandle _handle = socket.SafeHandle;
    private readonly MessageVector _messages = new(MessageVector.MaxCapacity, socket.AddressFamily, isConnected);
    private int _refusals; // in a row
    private readonly int[] _ends = new int[MessageVector.MaxCapacity]; // the datagram behind each message

    /// <summary>The datagrams that the system did not take.</summary>
    public SocketErrorCounts Errors { get; } = new();

    /// <summary>Whether it sends segments: the system knows them, and has not refused them yet.</summary>
    public bool Segments { get; private set; } = KnowsSegments(socket);

    /// <summary>Sends all datagrams of a batch, as far as the system takes them.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="first">The first to send.</param>
    /// <returns>The datagram at which a connected socket stopped; how many there are if at none.</returns>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public int Send(DatagramBatch batch, int first = 0)
    {
        fixed (byte* buffer = batch.Buffer)
        {
            int next = first, whole = 0;
            bool isRefused = false;
            while (next < batch.Count && !isRefused)
                next = SendSome(batch, buffer, next, ref whole, ref isRefused);
            return next;
        }
    }

    /// <summary>Whether the system knows segments; before 4.18 it would send a message of many as one datagram.</summary>
    private static bool KnowsSegments(Socket socket)
    {
        try
        {
            return socket.GetRawSocketOption(NativeSocket.UdpLevel, NativeSocket.Segment, stackalloc byte[sizeof(int)]) == sizeof(int);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Sends a part of a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="buffer">Its bytes.</param>
    /// <param name="first">The first datagram that was not sent yet.</param>
    /// <param name="whole">The datagram before which none are segments.</param>
    /// <param name="isRefused">Whether a connected socket has stopped.</param>
    /// <returns>The first that is not sent now.</returns>
    private int SendSome(DatagramBatch batch, byte* buffer, int first, ref int whole, ref bool isRefused)
    {
        int count = 0, next = first;
        for (; count < MessageVector.MaxCapacity && next < batch.Count; count++)
        {
            int end = Segments && next >= whole ? EndOfRun(batch, next) : next + 1;
            // Datagrams of a batch lie one behind another.
            int offset = batch.Offset(next);
            if (!isConnected)
                _messages.SetAddress(count, batch.Address(next));
            _messages.SetBuffer(count, buffer + offset, batch.Offset(end - 1) + batch.Length(end - 1) - offset);
            _messages.SetSegmentSize(count, end == next + 1 ? 0 : batch.Length(next));
            _ends[count] = next = end;
        }
        for (int done = 0; done < count;)
        {
            // The system stops at a message that it can't send, and says why when it comes first.
            int start = done == 0 ? first : _ends[done - 1];
            bool isRun = _ends[done] > start + 1;
            int sent = NativeSocket.Send(_handle, _messages.Messages + done, (uint)(count - done), 0);
            if (sent > 0)
            {
                if (isRun)
                    _refusals = 0;
                done += sent;
                continue;
            }
            int error = Marshal.GetLastPInvokeError();
            if (error == NativeSocket.Interrupted)
                continue;
            if (isRun)
            {
                // One of them may be the reason, or that they are segments: each goes for itself.
                if (error is NativeSocket.InvalidArgument or NativeSocket.InputOutput && ++_refusals == MaxRefusals)
                    Segments = false;
                whole = _ends[done];
                return start;
            }
            if (isConnected)
            {
                isRefused = true;
                return start;
            }
            Errors.Add(NativeSocket.ToSocketError(error));
            done++;
        }
        return next;
    }

    /// <summary>Where the datagrams end that can go as one message with this one.</summary>
    private static int EndOfRun(DatagramBatch batch, int first)
    {
        int next = first + 1;
        if (next == batch.Count || batch.Address(next) != batch.Address(first))
            return next;
        int size = batch.Length(first);
        // Larger ones may not fit a packet, which segments must.
        if (size is 0 or > LinkLimits.MaxDatagramBytes)
            return next;
        int end = Math.Min(batch.Count, first + MaxSegments);
        while (next < end && batch.Length(next) is > 0 and int length && length <= size && batch.Address(next) == batch.Address(first))
        {
            next++;
            if (length < size)
                break;
        }
        return next;
    }
}
