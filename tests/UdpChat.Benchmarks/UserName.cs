using System;
using System.Buffers.Text;
using System.Globalization;
using UdpChat.Protocol.Wire;

namespace UdpChat.Benchmarks;

/// <summary>The names of very many users: u000000, u000001 and so on.</summary>
internal static class UserName
{
    /// <summary>How long each is.</summary>
    public const int Bytes = 7;

    /// <summary>The name of a user.</summary>
    public static string Of(int user) => $"u{user:D6}";

    /// <summary>Writes the name of a user.</summary>
    public static void Write(Span<byte> destination, int user)
    {
        destination[0] = (byte)'u';
        user.TryFormat(destination.Slice(1), out _, "D6", CultureInfo.InvariantCulture);
    }

    /// <inheritdoc cref="Write(Span{byte}, int)"/>
    public static void Write(ref AsciiWriter writer, int user)
    {
        Span<byte> name = stackalloc byte[Bytes];
        Write(name, user);
        writer.Write(name);
    }

    /// <summary>Reads the name with which a text begins.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out int user)
    {
        user = 0;
        return text.Length >= Bytes && text[0] == 'u' && Utf8Parser.TryParse(text.Slice(1, Bytes - 1), out user, out _);
    }
}
