using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using UdpChat.Protocol;

namespace UdpChat.Transport;

/// <summary>Between .NET's end points and the protocol's.</summary>
internal static class EndPointConverter
{
    /// <summary>A .NET end point as a peer address.</summary>
    public static PeerAddress ToPeerAddress(IPEndPoint endPoint)
    {
        byte[] bytes = endPoint.Address.GetAddressBytes();
        return endPoint.AddressFamily == AddressFamily.InterNetwork
            ? PeerAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes), (ushort)endPoint.Port)
            : PeerAddress.FromIPv6(bytes, (ushort)endPoint.Port, (uint)endPoint.Address.ScopeId);
    }

    /// <summary>A peer address as a .NET end point for a socket of this family.</summary>
    public static IPEndPoint ToIPEndPoint(in PeerAddress address, AddressFamily family)
    {
        if (address.IsIPv4 && family == AddressFamily.InterNetwork)
        {
            byte[] four = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(four, address.IPv4);
            return new IPEndPoint(new IPAddress(four), address.Port);
        }
        byte[] bytes = new byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, address.High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), address.Low);
        return new IPEndPoint(new IPAddress(bytes, address.ScopeId), address.Port);
    }

#if NET8_0_OR_GREATER
    // sockaddr_in and sockaddr_in6 have the same layout on all systems of .NET, but for the family, which is not touched here.
    private const int PortOffset = 2, IPv4Offset = 4, IPv6Offset = 8, ScopeOffset = 24;

    /// <summary>The address in a native socket address.</summary>
    public static PeerAddress ToPeerAddress(SocketAddress address) => Read(address.Buffer.Span, address.Family == AddressFamily.InterNetwork);

    /// <summary>Writes an address into a native socket address of the socket's family.</summary>
    public static void Write(in PeerAddress from, SocketAddress to) => Write(from, to.Buffer.Span, to.Family == AddressFamily.InterNetwork);

    /// <summary>The address in the bytes of a native socket address.</summary>
    public static PeerAddress Read(ReadOnlySpan<byte> bytes, bool isIPv4)
    {
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(bytes.Slice(PortOffset));
        return isIPv4
            ? PeerAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes.Slice(IPv4Offset)), port)
            : PeerAddress.FromIPv6(bytes.Slice(IPv6Offset), port, BitConverter.ToUInt32(bytes.Slice(ScopeOffset)));
    }

    /// <summary>Writes an address into the bytes of a native socket address of the same family as the socket.</summary>
    public static void Write(in PeerAddress from, Span<byte> bytes, bool isIPv4)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes.Slice(PortOffset), from.Port);
        if (isIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.Slice(IPv4Offset), from.IPv4);
            return;
        }
        BinaryPrimitives.WriteUInt64BigEndian(bytes.Slice(IPv6Offset), from.High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.Slice(IPv6Offset + 8), from.Low);
        BitConverter.TryWriteBytes(bytes.Slice(ScopeOffset), from.ScopeId);
    }
#endif
}
