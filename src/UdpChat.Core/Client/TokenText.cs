using System.Globalization;
using System.Text;

namespace UdpChat.Client;

/// <summary>A token as people and files hold it: 32 hexadecimal digits.</summary>
internal static class TokenText
{
    /// <summary>The bytes of a token: 128 random bits.</summary>
    public const int TokenBytes = 16;

    /// <summary>The token in lower case digits.</summary>
    public static string Format(byte[] token)
    {
        var text = new StringBuilder(2 * TokenBytes);
        foreach (byte b in token)
            text.Append(b.ToString("x2", CultureInfo.InvariantCulture));
        return text.ToString();
    }

    /// <summary>The token that the digits are, or null if they are none.</summary>
    public static byte[]? TryParse(string text)
    {
        if (text.Length != 2 * TokenBytes)
            return null;
        byte[] token = new byte[TokenBytes];
        for (int i = 0; i < TokenBytes; i++)
        {
            int high = Digit(text[2 * i]), low = Digit(text[2 * i + 1]);
            if (high < 0 || low < 0)
                return null;
            token[i] = (byte)(high << 4 | low);
        }
        return token;
    }

    private static int Digit(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'f' => c - 'a' + 10,
        >= 'A' and <= 'F' => c - 'A' + 10,
        _ => -1,
    };
}
