using System;
using System.Buffers.Binary;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Client;

/// <summary>The REGISTER of the extended profile.</summary>
internal static class RegisterLine
{
    /// <summary>How long it is at least, so that no answer is longer.</summary>
    private const int MinBytes = 400;

    /// <summary>Writes it.</summary>
    /// <param name="output">Takes the datagram.</param>
    /// <param name="name">The name to register.</param>
    /// <param name="identity">Whose it is.</param>
    /// <param name="registration">Which of this incarnation's registrations it is.</param>
    /// <param name="lowest">The first message that is not decided.</param>
    /// <param name="options">How much is taken in that the user has not taken.</param>
    public static void Write(DatagramBatch output, byte[] name, ClientIdentity identity, long registration, long lowest, ClientOptions options)
    {
        var writer = new AsciiWriter(output.Reserve(MinBytes + WireLimits.MaxNameBytes));
        writer.Write("@t="u8);
        writer.WriteHex(BinaryPrimitives.ReadUInt64BigEndian(identity.Token));
        writer.WriteHex(BinaryPrimitives.ReadUInt64BigEndian(identity.Token.AsSpan(8)));
        writer.Write(";i="u8);
        writer.Write(identity.Incarnation);
        writer.Write(";r="u8);
        writer.Write(registration);
        writer.Write(";low="u8);
        writer.Write(lowest);
        writer.Write(";inbox="u8);
        writer.Write(options.InboxCapacity);
        writer.Write((byte)',');
        writer.Write(options.InboxBytes);
        writer.Write(";pad="u8);
        const int Verb = 11; // " REGISTER: "
        while (writer.Length + Verb + name.Length < MinBytes)
            writer.Write((byte)'0');
        writer.Write(" REGISTER: "u8);
        writer.Write(name);
        output.Commit(writer.Length, default);
    }
}
