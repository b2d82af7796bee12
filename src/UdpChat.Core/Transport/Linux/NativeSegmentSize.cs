using System.Runtime.InteropServices;

namespace UdpChat.Transport.Linux;

/// <summary>The control message <c>UDP_SEGMENT</c>: a <c>struct cmsghdr</c>, and into how large pieces the system is to cut.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
internal struct NativeSegmentSize
{
    /// <summary>The size of header and content.</summary>
    [FieldOffset(0)]
    public nuint Length;

    /// <summary><c>SOL_UDP</c>.</summary>
    [FieldOffset(8)]
    public int Level;

    /// <summary><c>UDP_SEGMENT</c>.</summary>
    [FieldOffset(12)]
    public int Type;

    /// <summary>The size of each segment but the last.</summary>
    [FieldOffset(16)]
    public ushort Size;
}
