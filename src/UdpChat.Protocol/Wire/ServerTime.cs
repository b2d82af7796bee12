using System;
using System.Globalization;

namespace UdpChat.Protocol.Wire;

/// <summary>The tag <c>time</c>, as in IRCv3 server-time: <c>2026-11-23T19:00:00.000Z</c>.</summary>
internal static class ServerTime
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Writes a time given in milliseconds since 1970.</summary>
    public static void Write(ref AsciiWriter writer, long unixMilliseconds)
    {
        DateTime time = DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds).UtcDateTime;
        WriteDigits(ref writer, time.Year, 4);
        writer.Write((byte)'-');
        WriteDigits(ref writer, time.Month, 2);
        writer.Write((byte)'-');
        WriteDigits(ref writer, time.Day, 2);
        writer.Write((byte)'T');
        WriteDigits(ref writer, time.Hour, 2);
        writer.Write((byte)':');
        WriteDigits(ref writer, time.Minute, 2);
        writer.Write((byte)':');
        WriteDigits(ref writer, time.Second, 2);
        writer.Write((byte)'.');
        WriteDigits(ref writer, time.Millisecond, 3);
        writer.Write((byte)'Z');
    }

    /// <summary>Reads a time as milliseconds since 1970.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out long unixMilliseconds)
    {
        unixMilliseconds = 0;
        if (text.Length != 24 || !DateTimeOffset.TryParseExact(Utf8.GetString(text), Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
            return false;
        unixMilliseconds = time.ToUnixTimeMilliseconds();
        return true;
    }

    private static void WriteDigits(ref AsciiWriter writer, int number, int digits)
    {
        for (int unit = digits switch { 4 => 1000, 3 => 100, _ => 10 }; unit > 0; unit /= 10)
            writer.Write((byte)('0' + number / unit % 10));
    }
}
