using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using CsCheck;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Tests.Wire;

/// <summary>Fold has to give equal keys exactly to the names that <see cref="StringComparison.OrdinalIgnoreCase"/> holds equal.</summary>
public class ChatNameFoldTests
{
    [Fact]
    public void All_characters_of_the_BMP_fold_together_exactly_if_they_are_equal_but_for_case()
    {
        var characters = new List<string>();
        for (int value = 0; value <= 0xFFFF; value++)
        {
            if (!char.IsSurrogate((char)value))
                characters.Add(((char)value).ToString());
        }
        SamePartition(characters);
    }

    [Fact]
    public void All_assigned_characters_outside_the_BMP_fold_together_exactly_if_they_are_equal_but_for_case()
    {
        var characters = new List<string>();
        for (int value = 0x10000; value <= 0x10FFFF; value++)
        {
            string character = char.ConvertFromUtf32(value);
            if (CharUnicodeInfo.GetUnicodeCategory(value) is not (UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse) && !IsNewerThanICU(character))
                characters.Add(character);
        }
        SamePartition(characters);
    }

    [Fact]
    public void Random_names_fold_together_exactly_if_they_are_equal_but_for_case() => Gen.Select(Names.Any, Names.Any).Sample((a, b) =>
    {
        AreFoldedAlike(a, b);
        AreFoldedAlike(a, a.ToUpperInvariant());
        AreFoldedAlike(a, a.ToLowerInvariant());
        AreFoldedAlike(a, b.ToLowerInvariant());
    });

    [Fact]
    public void The_dotless_i_and_the_long_s_are_letters_of_their_own()
    {
        AreDifferent("ı", "I");
        AreDifferent("İ", "i");
        AreDifferent("ſ", "s");
        AreDifferent("ſ", "S");
        AreDifferent("aſ", "As");
        AreDifferent("ß", "ss");
        Assert.Equal(Fold("Σ"), Fold("ς"));
    }

    [Fact]
    public void A_folded_name_fits_its_buffer_also_if_folding_makes_it_longer()
    {
        for (int value = 0x80; value <= 0xFFFF; value++)
        {
            if (char.IsSurrogate((char)value))
                continue;
            string character = ((char)value).ToString();
            int length = Encoding.UTF8.GetByteCount(character);
            Assert.True(Convert.FromHexString(Fold(character)).Length <= length * 3 / 2, $"U+{value:X4}");
        }
        string longest = new('ɐ', WireLimits.MaxRawNameBytes / 2);
        Assert.Equal(ChatName.MaxFoldedBytes, Convert.FromHexString(Fold(longest)).Length);
    }

    /// <summary>The runtime's own tables may know letters that the system's ICU has not heard of: then it changes the case of neither.</summary>
    private static bool IsNewerThanICU(string character) =>
        Same(character.ToLowerInvariant(), character) && Same(character.ToUpperInvariant(), character)
        && CharUnicodeInfo.GetUnicodeCategory(character, 0) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter;

    private static void SamePartition(List<string> characters)
    {
        var byCase = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var byFold = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string character in characters)
        {
            string fold = Fold(character);
            byCase.TryAdd(character, character);
            byFold.TryAdd(fold, character);
            Assert.True(byCase[character] == byFold[fold], $"U+{char.ConvertToUtf32(character, 0):X4}");
        }
        Assert.Equal(byCase.Count, byFold.Count);
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.Ordinal);

    private static void AreFoldedAlike(string a, string b) => Assert.Equal(string.Equals(a, b, StringComparison.OrdinalIgnoreCase), Fold(a) == Fold(b));

    private static void AreDifferent(string a, string b)
    {
        Assert.False(string.Equals(a, b, StringComparison.OrdinalIgnoreCase));
        Assert.NotEqual(Fold(a), Fold(b));
    }

    private static string Fold(string name)
    {
        Span<byte> folded = stackalloc byte[ChatName.MaxFoldedBytes];
        return Convert.ToHexString(folded.Slice(0, ChatName.Fold(Encoding.UTF8.GetBytes(name), folded)));
    }
}
