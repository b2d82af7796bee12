using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using UdpChat.Protocol;

namespace UdpChat.Transport.Linux;

/// <summary>The transport of Linux: one blocking call for up to <see cref="MessageVector.MaxCapacity"/> messages.</summary>
internal sealed unsafe class LinuxTransport : IDatagramTransport
{
    /// <summary>After how many errors in a row it waits before each next receive, so that a broken socket takes no processor.</summary>
    private const int ErrorsToWaitAfter = 100;

    /// <summary>The system rounds a socket's own timeout up by some 8 ms. Waits that are shorter than this have an exact one, for a call more.</summary>
    private const int MinSocketTimeout = 20;

    private readonly RelaySocket _relaySocket;
    private readonly SafeSocketHandle _handle;
    private readonly LinuxReceiver _receiver;
    private readonly LinuxSender _sender;
    private int _receiveTimeout, _errorsInARow;
    private bool _hasWaitedInVain = true;

    /// <param name="socket">Its socket, which it closes.</param>
    public LinuxTransport(RelaySocket socket)
    {
        _relaySocket = socket;
        _handle = socket.Socket.SafeHandle;
        _receiver = new LinuxReceiver(socket.Socket, MessageVector.MaxCapacity);
        _sender = new LinuxSender(socket.Socket);
        // One neighbour that doesn't answer must not hold up the others: what the system can't take now is not sent, and counted.
        SetTimeout(NativeSocket.SendTimeout, 1);
    }

    /// <inheritdoc/>
    public IPEndPoint LocalEndPoint => _relaySocket.LocalEndPoint;

    /// <inheritdoc/>
    public SocketErrorCounts SendErrors => _sender.Errors;

    /// <inheritdoc/>
    public SocketErrorCounts ReceiveErrors { get; } = new();

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
    public DatagramBatch CreateReceiveBatch() => _receiver.CreateBatch();

    /// <inheritdoc/>
    public bool Receive(DatagramBatch batch, TimeSpan wait)
    {
        try
        {
            int error = _receiver.Receive(batch, Wait((int)Math.Max(1, wait.TotalMilliseconds)), _relaySocket.WakeAddress);
            if (_relaySocket.IsDisposed)
                return false; // Only the wait was ended.
            if (error is not (0 or NativeSocket.TryAgain))
                CountReceiveError(NativeSocket.ToSocketError(error));
            else
                _errorsInARow = 0;
            // Only what has waited in vain may wait longer: to tell the system costs a call.
            _hasWaitedInVain = error == NativeSocket.TryAgain;
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

    /// <summary>Lets the next receive wait so long at most.</summary>
    /// <returns>The flags for it.</returns>
    private int Wait(int milliseconds)
    {
        if (milliseconds < MinSocketTimeout)
        {
            Poll(milliseconds);
            return NativeSocket.DontWait;
        }
        // The timers of busy sessions move with each datagram, so the socket's own is one of a few, and stays as long as it is not too long.
        int timeout = MinSocketTimeout;
        while (2 * timeout <= milliseconds)
            timeout *= 2;
        if (timeout < _receiveTimeout || (timeout > _receiveTimeout && _hasWaitedInVain))
            SetTimeout(NativeSocket.ReceiveTimeout, _receiveTimeout = timeout);
        return NativeSocket.WaitForOne;
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

    private void CountReceiveError(SocketError error)
    {
        ReceiveErrors.Add(error);
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
