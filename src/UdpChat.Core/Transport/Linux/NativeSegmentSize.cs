using System.Runtime.InteropServices;

namespace UdpChat.Transport.Linux;

/// <summary>
/// The control messages <c>UDP_SEGMENT</c> and <c>UDP_GRO</c>: a <c>struct cmsghdr</c>, and into how large pieces the system is
/// to cut a message, or from how large ones it was put together.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
internal struct NativeSegmentSize
{
    /// <summary>The size of header and content.</summary>
    [FieldOffset(0)]
    public nuint Length;

    /// <summary><c>SOL_UDP</c>.</summary>
    [FieldOffset(8)]
    public int Level;

    /// <summary><c>UDP_SEGMENT</c> or <c>UDP_GRO</c>.</summary>
    [FieldOffset(12)]
    public int Type;

    /// <summary>The size of each segment but the last.</summary>
    [FieldOffset(16)]
    public int Size;
}
