using System;
using System.Text;

namespace UdpChat.Benchmarks;

/// <summary>A datagram with a user's name in it.</summary>
internal sealed class NamedDatagram(string before, string after = "")
{
    private readonly byte[] _bytes = Encoding.ASCII.GetBytes(before + UserName.Of(0) + after);

    /// <summary>That of a user, until the next is asked for.</summary>
    public ReadOnlySpan<byte> For(int user)
    {
        UserName.Write(_bytes.AsSpan(before.Length), user);
        return _bytes;
    }
}
