using System;
using System.Collections.Generic;
using System.Text;
using CsCheck;

namespace UdpChat.Protocol.Tests;

/// <summary>Random datagrams, most of them nearly what the protocol knows.</summary>
internal static class Datagrams
{
    private static readonly byte[][] Valid = [.. Texts()];

    /// <summary>Bytes without a plan.</summary>
    public static Gen<byte[]> Random { get; } = Gen.Byte.Array[0, 200];

    /// <summary>Messages, some of them changed in a few places.</summary>
    public static Gen<byte[]> Mutated { get; } =
        Gen.Select(Gen.OneOfConst(Valid), Gen.Select(Gen.Int[0, 4], Gen.Int[0, 255], Gen.Byte).Array[0, 5], Mutate);

    /// <summary>Either.</summary>
    public static Gen<byte[]> Any { get; } = Gen.Frequency((1, Random), (4, Mutated));

    private static byte[] Mutate(byte[] datagram, (int Kind, int At, byte Value)[] changes)
    {
        var bytes = new List<byte>(datagram);
        foreach ((int kind, int at, byte value) in changes)
        {
            int place = bytes.Count == 0 ? 0 : at % bytes.Count;
            switch (kind)
            {
                case 0 when bytes.Count > 0:
                    bytes[place] = value;
                    break;
                case 1 when bytes.Count > 0:
                    bytes.RemoveAt(place);
                    break;
                case 2:
                    bytes.RemoveRange(place, bytes.Count - place);
                    break;
                case 3:
                    bytes.AddRange(bytes.GetRange(place, bytes.Count - place));
                    break;
                default:
                    bytes.Insert(place, value);
                    break;
            }
        }
        return [.. bytes];
    }

    private static IEnumerable<byte[]> Texts()
    {
        foreach (string name in new[] { "Bob", "Annie", "Zoë", "e\u0301", "n\u0301", "a b", "", Names.OfLength(64), Names.OfLength(65), new string('é', 97), "\u202E", "😀" })
        {
            foreach (string end in new[] { "", "\n", "\r\n" })
            {
                yield return Encoding.UTF8.GetBytes($"REGISTER: {name}{end}");
                yield return Encoding.UTF8.GetBytes($"HEARTBEAT: {name}{end}");
                yield return Encoding.UTF8.GetBytes($"UNREGISTER: {name}{end}");
                yield return Encoding.UTF8.GetBytes($"SENDTO:{name}: hi: there{end}");
                yield return Encoding.UTF8.GetBytes($"FROM:{name}: UdpChat echo 0123456789abcdef{end}");
            }
        }
        yield return "INFO: You are not registered, please register again."u8.ToArray();
        yield return "INFO: Welcome Bob, you are registered."u8.ToArray();
        yield return "@label=1 REGISTER: Bob"u8.ToArray();
        yield return Array.Empty<byte>();
    }
}
