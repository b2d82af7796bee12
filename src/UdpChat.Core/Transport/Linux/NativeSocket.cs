using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace UdpChat.Transport.Linux;

/// <summary>The system calls of Linux that take and give many datagrams, with the numbers that x64 and arm64 share.</summary>
internal static unsafe partial class NativeSocket
{
    /// <summary><c>MSG_WAITFORONE</c>: waits for the first datagram only.</summary>
    public const int WaitForOne = 0x10000;

    /// <summary><c>MSG_DONTWAIT</c>: waits for none.</summary>
    public const int DontWait = 0x40;

    /// <summary><c>POLLIN</c>: there is something to receive.</summary>
    public const short PollIn = 1;

    /// <summary><c>EINTR</c>: a signal came first.</summary>
    public const int Interrupted = 4;

    /// <summary><c>EAGAIN</c>: the time to wait is over.</summary>
    public const int TryAgain = 11;

    /// <summary><c>EIO</c> and <c>EINVAL</c>: among others, segments are not possible.</summary>
    public const int InputOutput = 5, InvalidArgument = 22;

    /// <summary><c>SOL_UDP</c> with <c>UDP_SEGMENT</c> and <c>UDP_GRO</c>.</summary>
    public const int UdpLevel = 17, Segment = 103, Coalesce = 104;

    /// <summary><c>SOL_SOCKET</c> with <c>SO_RCVTIMEO</c> and <c>SO_SNDTIMEO</c>.</summary>
    public const int SocketLevel = 1, ReceiveTimeout = 20, SendTimeout = 21;

    /// <summary><c>AF_INET</c> and <c>AF_INET6</c>.</summary>
    public const ushort IPv4Family = 2, IPv6Family = 10;

    /// <summary>The number of an error (<c>errno</c>) that a UDP socket reports, as .NET has it.</summary>
    public static SocketError ToSocketError(int error) => error switch
    {
        1 or 13 => SocketError.AccessDenied,
        TryAgain => SocketError.WouldBlock,
        90 => SocketError.MessageSize,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        105 => SocketError.NoBufferSpaceAvailable,
        111 => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };

    /// <summary>Receives up to <paramref name="count"/> datagrams. The marshalling holds the handle, so that nobody closes it meanwhile.</summary>
    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int Receive(SafeSocketHandle socket, NativeMessage* messages, uint count, int flags, void* timeout);

    /// <summary>Waits for so many milliseconds. Who calls it holds the descriptor.</summary>
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(NativePoll* polls, nuint count, int milliseconds);

    /// <summary>Sends up to <paramref name="count"/> datagrams, until one can't be sent.</summary>
    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int Send(SafeSocketHandle socket, NativeMessage* messages, uint count, int flags);
}
