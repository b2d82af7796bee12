using System;
using UdpChat.Protocol.Wire;

namespace UdpChat.Client;

/// <summary>Remembers recipients' names that were checked: most messages go to somebody to whom others have gone just before.</summary>
/// <param name="check">Checks a name and gives it as it goes into datagrams.</param>
internal sealed class RecipientNames(Func<string, byte[]> check)
{
    private const int Count = 64; // a power of two
    private const uint Basis = 2_166_136_261;

    // Whoever reads an entry sees all of it, so no lock is needed; two threads that write the same one lose nothing.
    private readonly Tuple<string, byte[]>?[] _byText = new Tuple<string, byte[]>?[Count];
    private readonly byte[]?[] _byBytes = new byte[]?[Count];

    /// <summary>The name as it goes into datagrams.</summary>
    /// <exception cref="ChatNameException">It breaks the rules of names.</exception>
    public byte[] Check(string name)
    {
        uint hash = Basis;
        foreach (char c in name)
            hash = Mix(hash, c);
        ref Tuple<string, byte[]>? entry = ref _byText[hash & (Count - 1)];
        if (entry is { } known && known.Item1 == name)
            return known.Item2;
        byte[] bytes = check(name);
        entry = Tuple.Create(name, bytes);
        return bytes;
    }

    /// <inheritdoc cref="Check(string)"/>
    /// <exception cref="ChatSendException">It is not well-formed UTF-8.</exception>
    public byte[] Check(ReadOnlySpan<byte> name)
    {
        uint hash = Basis;
        foreach (byte b in name)
            hash = Mix(hash, b);
        ref byte[]? entry = ref _byBytes[hash & (Count - 1)];
        if (entry is { } known && name.SequenceEqual(known))
            return known;
        if (!Utf8.IsValid(name))
            throw new ChatSendException("The recipient's name is not well-formed UTF-8; encode it as that.");
        byte[] bytes = check(Utf8.GetString(name));
        if (name.SequenceEqual(bytes)) // One that is not in NFC is checked each time.
            entry = bytes;
        return bytes;
    }

    /// <summary>FNV-1a.</summary>
    private static uint Mix(uint hash, uint value) => (hash ^ value) * 16_777_619;
}
