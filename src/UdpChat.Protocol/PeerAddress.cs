using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol;

/// <summary>Where a datagram came from or goes to: an IPv6 address, or an IPv4 one in its IPv4-mapped form (RFC 4291 2.5.5.2), and a UDP port.</summary>
/// <param name="High">The first 64 bits of the address, in network order read as a number.</param>
/// <param name="Low">The last 64 bits of the address.</param>
/// <param name="Port">The UDP port, in host order.</param>
/// <param name="ScopeId">The zone of a link-local address (RFC 4007), otherwise 0.</param>
internal readonly record struct PeerAddress(ulong High, ulong Low, ushort Port, uint ScopeId)
{
    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    /// <summary>Whether this is an IPv4 address.</summary>
    public bool IsIPv4 => High == 0 && (Low & 0xFFFF_FFFF_0000_0000) == MappedPrefix;

    /// <summary>The IPv4 address in host order; meaningful if <see cref="IsIPv4"/>.</summary>
    public uint IPv4 => (uint)Low;

    /// <summary>
    /// What one subscriber is likely to hold: the whole of an IPv4 address, the first 56 bits of an IPv6 one (RFC 6177
    /// gives a site a /48 to a /56). The two never coincide.
    /// </summary>
    public ulong SourcePrefix => IsIPv4 ? Low : High & ~0xFFUL;

    /// <summary>An IPv4 address.</summary>
    public static PeerAddress FromIPv4(uint address, ushort port) => new(0, MappedPrefix | address, port, 0);

    /// <summary>An IPv6 address, mapped IPv4 ones included.</summary>
    /// <param name="address">Its 16 bytes, in network order.</param>
    /// <param name="port">The UDP port, in host order.</param>
    /// <param name="scopeId">The zone, or 0.</param>
    public static PeerAddress FromIPv6(ReadOnlySpan<byte> address, ushort port, uint scopeId) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(address), BinaryPrimitives.ReadUInt64BigEndian(address.Slice(8)), port, scopeId);

    /// <summary>Writes it for people: <c>192.0.2.1:9000</c>, <c>[2001:db8::1]:9000</c>.</summary>
    public void Write(ref AsciiWriter writer)
    {
        byte[] bytes = new byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), Low);
        var address = new IPAddress(bytes);
        string text = IsIPv4 ? address.MapToIPv4().ToString() : $"[{address}]";
        writer.Write(Encoding.ASCII.GetBytes(text + ":" + Port.ToString(CultureInfo.InvariantCulture)));
    }
}
