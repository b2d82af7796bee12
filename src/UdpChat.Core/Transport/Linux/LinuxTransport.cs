using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using UdpChat.Protocol;
using UdpChat.Protocol.Wire;

namespace UdpChat.Transport.Linux;

/// <summary>The transport of Linux: one blocking call for up to <see cref="MessageVector.Capacity"/> datagrams.</summary>
internal sealed unsafe class LinuxTransport : IDatagramTransport
{
    /// <summary>After how many errors in a row it waits before each next receive, so that a broken socket takes no processor.</summary>
    private const int ErrorsToWaitAfter = 100;

    /// <summary>Each datagram has room for any size. That is not a power of two, so that their beginnings don't share a line of the processor's cache.</summary>
    private const int Stride = 65_536 + 64;

    /// <summary>The system rounds a socket's own timeout up by some 8 ms. Waits that are shorter than this have an exact one, for a call more.</summary>
    private const int MinSocketTimeout = 20;

    private readonly RelaySocket _relaySocket;
    private readonly SafeSocketHandle _handle;
    private readonly MessageVector _incoming;
    private readonly LinuxSender _sender;
    private byte[]? _receiveBuffer; // the one into which _incoming points
    private long _receiveErrors;
    private int _receiveTimeout, _errorsInARow;

    /// <param name="socket">Its socket, which it closes.</param>
    public LinuxTransport(RelaySocket socket)
    {
        _relaySocket = socket;
        _handle = socket.Socket.SafeHandle;
        _incoming = new MessageVector(socket.Socket.AddressFamily);
        _sender = new LinuxSender(socket.Socket);
        // One neighbour that doesn't answer must not hold up the others: what the system can't take now is not sent, and counted.
        SetTimeout(NativeSocket.SendTimeout, 1);
    }

    /// <inheritdoc/>
    public IPEndPoint LocalEndPoint => _relaySocket.LocalEndPoint;

    /// <inheritdoc/>
    public long SendErrors => _sender.Errors;

    /// <inheritdoc/>
    public long ReceiveErrors => Volatile.Read(ref _receiveErrors);

    /// <summary>Whether it lets the system cut messages into datagrams.</summary>
    public bool Segments => _sender.Segments;

    /// <summary>Whether this process has the system calls here; a filter may refuse them, and an emulation lack them.</summary>
    public static bool Supports(Socket socket)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
            return false;
        try
        {
            return NativeSocket.Receive(socket.SafeHandle, null, 0, NativeSocket.WaitForOne, null) == 0
                && NativeSocket.Send(socket.SafeHandle, null, 0, 0) == 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public DatagramBatch CreateReceiveBatch() => new(MessageVector.Capacity, MessageVector.Capacity * Stride);

    /// <inheritdoc/>
    public bool Receive(DatagramBatch batch, TimeSpan wait)
    {
        if (_receiveBuffer != batch.Buffer)
            PointTo(batch.Buffer);
        try
        {
            int milliseconds = (int)Math.Max(1, wait.TotalMilliseconds);
            int flags = NativeSocket.WaitForOne;
            if (milliseconds < MinSocketTimeout)
            {
                Poll(milliseconds);
                flags = NativeSocket.DontWait;
            }
            else if (milliseconds != _receiveTimeout)
            {
                SetTimeout(NativeSocket.ReceiveTimeout, _receiveTimeout = milliseconds);
            }
            int count;
            do
                count = NativeSocket.Receive(_handle, _incoming.Messages, MessageVector.Capacity, flags, null);
            while (count < 0 && Marshal.GetLastPInvokeError() == NativeSocket.Interrupted);
            if (_relaySocket.IsDisposed)
                return false; // Only the wait was ended.
            if (count >= 0)
                TakeIn(batch, count);
            else if (Marshal.GetLastPInvokeError() != NativeSocket.TryAgain)
                CountReceiveError();
            else
                _errorsInARow = 0; // Nothing has arrived.
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        return !_relaySocket.IsDisposed;
    }

    /// <inheritdoc/>
    public void Send(DatagramBatch batch)
    {
        try
        {
            _sender.Send(batch);
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits for what is left.
        }
    }

    /// <inheritdoc/>
    public void Wake() => _relaySocket.Wake();

    /// <summary>Closes the socket, which ends a <see cref="Receive"/> that waits.</summary>
    public void Dispose() => _relaySocket.Dispose();

    private void PointTo(byte[] buffer)
    {
        // A batch's buffer never moves.
        byte* start = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(buffer, 0);
        for (int i = 0; i < MessageVector.Capacity; i++)
            _incoming.SetBuffer(i, start + i * Stride, WireLimits.ReceiveBytes);
        _receiveBuffer = buffer;
    }

    /// <summary>Waits until something has arrived. Whatever else ends it, the receive says.</summary>
    private void Poll(int milliseconds)
    {
        bool isHeld = false;
        try
        {
            _handle.DangerousAddRef(ref isHeld);
            var poll = new NativePoll { Descriptor = (int)_handle.DangerousGetHandle(), Events = NativeSocket.PollIn };
            _ = NativeSocket.Poll(&poll, 1, milliseconds);
        }
        finally
        {
            if (isHeld)
                _handle.DangerousRelease();
        }
    }

    private void TakeIn(DatagramBatch batch, int count)
    {
        _errorsInARow = 0;
        for (int i = 0; i < count; i++)
        {
            PeerAddress from = _incoming.Address(i);
            if (from != _relaySocket.WakeAddress)
                batch.CommitAt(i * Stride, _incoming.Length(i), from);
        }
        _incoming.Reset(count);
    }

    private void CountReceiveError()
    {
        _receiveErrors++;
        if (++_errorsInARow > ErrorsToWaitAfter)
            Thread.Sleep(1);
    }

    private void SetTimeout(int option, int milliseconds)
    {
        // struct timeval
        Span<long> time = [milliseconds / 1000, milliseconds % 1000 * 1000];
        _relaySocket.Socket.SetRawSocketOption(NativeSocket.SocketLevel, option, MemoryMarshal.AsBytes(time));
    }
}
