using System.Runtime.InteropServices;

namespace UdpChat.Transport.Linux;

/// <summary><c>struct iovec</c>: a piece of memory.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeBuffer
{
    /// <summary>Where it begins.</summary>
    public byte* Start;

    /// <summary>How many bytes it has.</summary>
    public nuint Length;
}
