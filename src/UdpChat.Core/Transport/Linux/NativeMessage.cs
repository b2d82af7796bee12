using System.Runtime.InteropServices;

namespace UdpChat.Transport.Linux;

/// <summary><c>struct mmsghdr</c> of 64-bit Linux: a datagram for a system call, and how many bytes it was.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal unsafe struct NativeMessage
{
    /// <summary>A socket address.</summary>
    [FieldOffset(0)]
    public byte* Name;

    /// <summary>Its size; receiving sets it.</summary>
    [FieldOffset(8)]
    public uint NameLength;

    /// <summary>Where the bytes are.</summary>
    [FieldOffset(16)]
    public NativeBuffer* Buffers;

    /// <summary>In how many pieces.</summary>
    [FieldOffset(24)]
    public nuint BufferCount;

    /// <summary>Control messages.</summary>
    [FieldOffset(32)]
    public NativeSegmentSize* Control;

    /// <summary>How many bytes they are.</summary>
    [FieldOffset(40)]
    public nuint ControlLength;

    /// <summary>How many bytes were received or sent.</summary>
    [FieldOffset(56)]
    public uint Length;
}
