using System.Runtime.InteropServices;

namespace UdpChat.Transport.Linux;

/// <summary><c>struct pollfd</c>: a descriptor, and what is waited for.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativePoll
{
    /// <summary>The descriptor.</summary>
    public int Descriptor;

    /// <summary>What is waited for.</summary>
    public short Events;

    /// <summary>What there is.</summary>
    public short Found;
}
