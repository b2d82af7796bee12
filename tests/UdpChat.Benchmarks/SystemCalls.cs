using System.Runtime.InteropServices;

namespace UdpChat.Benchmarks;

/// <summary>The system calls of Linux that take many datagrams at once and end a process, and what they take, on 64-bit processors.</summary>
internal static unsafe partial class SystemCalls
{
    /// <summary>Waits for the first datagram only.</summary>
    public const int WaitForOne = 0x10000;

    /// <summary>Does not wait.</summary>
    public const int DontWait = 0x40;

    /// <summary>Asks a process to end.</summary>
    public const int Terminate = 15;

    /// <summary>How long a <see cref="Source"/> is without the room after it.</summary>
    public const nuint SourceLength = 28;

    [LibraryImport("libc", EntryPoint = "recvmmsg")]
    public static partial int Receive(int socket, Message* messages, uint count, int flags, nint timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg")]
    public static partial int Send(int socket, Message* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Signal(int process, int signal);

    /// <summary><c>struct mmsghdr</c>.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    public struct Message
    {
        [FieldOffset(0)] public Address* Peer;
        [FieldOffset(8)] public uint PeerLength;
        [FieldOffset(16)] public Part* Parts;
        [FieldOffset(24)] public nuint PartCount;
        [FieldOffset(32)] public Source* Control;
        [FieldOffset(40)] public nuint ControlLength;
        [FieldOffset(56)] public uint Length;
    }

    /// <summary><c>struct iovec</c>.</summary>
    public struct Part
    {
        public byte* Data;
        public nuint Length;
    }

    /// <summary><c>struct sockaddr_in</c>, in network byte order.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 16)]
    public struct Address
    {
        public ushort Family, Port;
        public uint Ip;
    }

    /// <summary>A control message with <c>IP_PKTINFO</c>: the address that a datagram is sent from.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 32)]
    public struct Source
    {
        [FieldOffset(0)] public nuint Length;
        [FieldOffset(12)] public int Type;
        [FieldOffset(20)] public uint Ip;
    }
}
