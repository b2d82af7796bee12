using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using UdpChat.Protocol.Wire;

namespace UdpChat.Client;

/// <summary>
/// The text in the token file: a line with the version, then a line an entry with server, name, token and last
/// incarnation, a blank between them, which none of them contains. Each line has its end, so that a cut one is noticed.
/// </summary>
internal static class TokenFormat
{
    private const string Title = "udpchat-tokens ", CurrentVersion = "1";

    /// <summary>The file's content for these entries.</summary>
    public static byte[] Write(IReadOnlyDictionary<TokenKey, TokenEntry> entries)
    {
        var text = new StringBuilder().Append(Title + CurrentVersion).Append('\n');
        foreach (KeyValuePair<TokenKey, TokenEntry> entry in entries.OrderBy(e => e.Key.Server + " " + e.Key.Name, StringComparer.Ordinal))
        {
            text.Append(entry.Key.Server).Append(' ').Append(entry.Key.Name).Append(' ').Append(TokenText.Format(entry.Value.Token)).Append(' ')
                .Append(entry.Value.Incarnation.ToString(CultureInfo.InvariantCulture)).Append('\n');
        }
        return Utf8.TryGetBytes(text.ToString())!;
    }

    /// <summary>The entries in the file's content.</summary>
    /// <param name="path">The file's name, for the error.</param>
    /// <param name="content">What it holds.</param>
    /// <exception cref="ChatTokenException">It is damaged, or of another version.</exception>
    public static Dictionary<TokenKey, TokenEntry> Read(string path, byte[] content)
    {
        string[] lines = Utf8.IsValid(content) ? Utf8.GetString(content).Split('\n') : [""];
        string first = lines[0].TrimEnd('\r');
        if (first.StartsWith(Title, StringComparison.Ordinal) && first != Title + CurrentVersion)
            throw new ChatTokenException($"The token file {path} is of version '{first.Substring(Title.Length)}', and this UdpChat reads version {CurrentVersion}; update UdpChat, or set {DataFolder.Variable} to another folder.");
        var entries = new Dictionary<TokenKey, TokenEntry>();
        // After the last line's end nothing follows.
        bool isWhole = first == Title + CurrentVersion && lines[lines.Length - 1].Length == 0;
        for (int i = 1; isWhole && i < lines.Length - 1; i++)
            isWhole = TryAdd(entries, lines[i].TrimEnd('\r'));
        return isWhole ? entries : throw new ChatTokenException(
            $"The token file {path} is damaged; restore it from a copy, or delete it, which gives up the names that are reserved with its tokens.");
    }

    private static bool TryAdd(Dictionary<TokenKey, TokenEntry> entries, string line)
    {
        string[] fields = line.Split(' ');
        if (fields.Length != 4 || fields[0].Length == 0 || fields[1].Length == 0 || TokenText.TryParse(fields[2]) is not { } token ||
            !long.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out long incarnation))
            return false;
        var key = new TokenKey(fields[0], fields[1]);
        if (entries.ContainsKey(key))
            return false;
        entries.Add(key, new TokenEntry(token, incarnation));
        return true;
    }
}
