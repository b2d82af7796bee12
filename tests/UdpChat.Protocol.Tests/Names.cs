using System.Linq;
using System.Text;
using CsCheck;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Tests;

/// <summary>Random names.</summary>
internal static class Names
{
    private static readonly string[] Characters =
    [
        "a", "B", "z", "Z", "0", "-", "[", "`", "{", "ä", "Ä", "ß", "ẞ", "ı", "İ", "i", "I", "ſ", "S", "ǅ", "ς", "Σ", "σ", "\u0345", "ι",
        "e\u0301", "é", "h\u0331", "ẖ", "H\u0331", "K", "\u212A", "ﬀ", "中", "한", "𐐀", "𐐨", "😀", "ɐ", "Ɐ",
    ];

    /// <summary>1 to 8 characters that are apt to be confused, brought to NFC: always a name.</summary>
    public static Gen<string> Any { get; } = Gen.OneOfConst(Characters).Array[1, 8].Select(characters => string.Concat(characters).Normalize(NormalizationForm.FormC));

    /// <summary>Few names, so that they meet.</summary>
    public static string[] Few { get; } = [.. Enumerable.Range(0, 12).Select(number => $"user{number}"), "USER1", "User2", "é", "É", "ẖ", "H\u0331"];

    /// <summary>A name of exactly so many bytes.</summary>
    public static string OfLength(int bytes) => new('n', bytes);

    /// <summary>The name as the state machines keep it.</summary>
    public static byte[] Bytes(string name)
    {
        Assert.Equal(NameError.None, ChatName.Check(name, asciiOnly: false, WireLimits.MaxNameBytes, out byte[] bytes));
        return bytes;
    }
}
