using System;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using UdpChat.Protocol;
using UdpChat.Protocol.Wire;

namespace UdpChat.Transport.Linux;

/// <summary>
/// Receives many datagrams by one call. What came from one address one after another may come through the system's stack as
/// one message (UDP_GRO), which is taken apart here.
/// </summary>
internal sealed unsafe class LinuxReceiver
{
    /// <summary>Each message has room for any size. That is not a power of two, so that their beginnings don't share a line of the processor's cache.</summary>
    private const int Stride = 65_536 + 64;

    private readonly SafeSocketHandle _handle;
    private readonly MessageVector _messages;
    private readonly int _capacity;
    private readonly bool _isConnected;
    private byte[]? _buffer; // the one into which _messages point

    /// <param name="socket">The socket.</param>
    /// <param name="capacity">How many messages a call takes at most, up to <see cref="MessageVector.MaxCapacity"/>.</param>
    /// <param name="isConnected">Whether it hears one peer only, so that datagrams have no address.</param>
    public LinuxReceiver(Socket socket, int capacity, bool isConnected = false)
    {
        (_handle, _capacity, _isConnected) = (socket.SafeHandle, capacity, isConnected);
        _messages = new MessageVector(capacity, socket.AddressFamily, isConnected);
        _messages.Reset(capacity);
        try
        {
            socket.SetRawSocketOption(NativeSocket.UdpLevel, NativeSocket.Coalesce, [1, 0, 0, 0]);
        }
        catch (SocketException)
        {
            // Before Linux 5.0 each datagram comes for itself.
        }
    }

    /// <summary>A batch for <see cref="Receive"/>.</summary>
    public DatagramBatch CreateBatch() => new(_capacity, _capacity * Stride);

    /// <summary>Receives what there is.</summary>
    /// <param name="batch">An empty batch that <see cref="CreateBatch"/> has made.</param>
    /// <param name="flags">Whether to wait.</param>
    /// <param name="ignored">Datagrams from here are not added.</param>
    /// <returns>0, or the number of the error.</returns>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public int Receive(DatagramBatch batch, int flags, in PeerAddress ignored = default)
    {
        if (_buffer != batch.Buffer)
            PointTo(batch.Buffer);
        int count;
        do
        {
            count = NativeSocket.Receive(_handle, _messages.Messages, (uint)_capacity, flags, null);
            if (count < 0 && Marshal.GetLastPInvokeError() is not NativeSocket.Interrupted and var error)
                return error;
        }
        while (count < 0);
        for (int i = 0; i < count; i++)
            Add(batch, i, ignored);
        _messages.Reset(count);
        return 0;
    }

    private void PointTo(byte[] buffer)
    {
        // A batch's buffer never moves.
        byte* start = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(buffer, 0);
        for (int i = 0; i < _capacity; i++)
            _messages.SetBuffer(i, start + i * Stride, WireLimits.ReceiveBytes);
        _buffer = buffer;
    }

    private void Add(DatagramBatch batch, int index, in PeerAddress ignored)
    {
        PeerAddress from = _isConnected ? default : _messages.Address(index);
        if (!_isConnected && from == ignored)
            return;
        int offset = index * Stride, left = _messages.Length(index);
        int size = _messages.SegmentSize(index);
        if (size <= 0)
            size = left;
        do
        {
            int length = Math.Min(size, left);
            batch.CommitAt(offset, length, from);
            offset += length;
            left -= length;
        }
        while (left > 0);
    }
}
