using System;
using System.Collections.Generic;
using UdpChat.Protocol;

namespace UdpChat.Client;

/// <summary>
/// The client's tokens: 128 random bits for each relay and name, which prove whose the name is. They are kept in the file
/// <c>tokens</c> in the user's <see cref="DataFolder"/>. All members can be used from any thread and process at once; they
/// wait for the disk, and for each other.
/// </summary>
internal sealed class TokenStore
{
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly Dictionary<TokenKey, TokenEntry> _unwritten = [];
    private readonly TokenFile? _file;
    private readonly IRandomSource _random;

    /// <param name="folder">Where the file is; null means nowhere, so that tokens end with the store.</param>
    /// <param name="random">Makes the tokens.</param>
    /// <param name="patience">How long to wait while another process has the file; 5 s by default.</param>
    public TokenStore(string? folder, IRandomSource random, TimeSpan? patience = null)
    {
        _file = folder is null ? null : new TokenFile(folder, patience ?? DefaultPatience);
        _random = random;
    }

    /// <summary>The user's store, one for the process: tokens that can't be written are in it alone.</summary>
    public static TokenStore Default { get; } = new(DataFolder.Find(), new SystemRandomSource());

    /// <summary>The token of a name at a relay, which is made at its first use, and a new incarnation.</summary>
    /// <param name="server">The relay as given; a host's name and its address are two relays.</param>
    /// <param name="name">The name.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="ChatNameException">The name breaks the rules of names.</exception>
    /// <exception cref="ChatTokenException">The file is damaged, or another process doesn't give it free.</exception>
    public TokenLease Acquire(ChatServerAddress server, string name, DateTimeOffset now)
    {
        var key = TokenKey.Of(server, name);
        lock (_gate)
        {
            try
            {
                if (_file is null)
                    return Next(_unwritten, key, now) with { Warning = $"This user has no folder for the token of {name}, so it ends with this process; set {DataFolder.Variable} to a folder." };
                TokenLease lease = _file.Update(entries =>
                {
                    AddUnwritten(entries);
                    return Next(entries, key, now);
                });
                _unwritten.Clear();
                return lease;
            }
            catch (Exception e) when (TokenFile.IsFileError(e))
            {
                if (!_unwritten.ContainsKey(key) && TryRead(key) is { } entry)
                    _unwritten.Add(key, entry);
                return Next(_unwritten, key, now) with
                {
                    Warning = $"The token of {name} can't be written to {_file!.Path} and ends with this process ({e.Message}); make the folder writable, or set {DataFolder.Variable} to another.",
                };
            }
        }
    }

    /// <summary>Takes over a token from somewhere else.</summary>
    /// <param name="server">The relay.</param>
    /// <param name="name">The name.</param>
    /// <param name="token">32 hexadecimal digits.</param>
    /// <exception cref="ChatNameException">The name breaks the rules of names.</exception>
    /// <exception cref="ChatTokenException">It is no token, or can't be written.</exception>
    public void Import(ChatServerAddress server, string name, string token)
    {
        var key = TokenKey.Of(server, name);
        byte[] bytes = TokenText.TryParse(token) ?? throw new ChatTokenException($"This is not a token; a token is {2 * TokenText.TokenBytes} hexadecimal digits.");
        lock (_gate)
        {
            Change(entries =>
            {
                // An incarnation is of its token; the same token goes on where it was.
                bool isSame = entries.TryGetValue(key, out TokenEntry? old) && old.Token.AsSpan().SequenceEqual(bytes);
                entries[key] = new TokenEntry(bytes, isSame ? old!.Incarnation : 0);
                return true;
            });
            _unwritten.Remove(key);
        }
    }

    /// <summary>The token as 32 lower-case hexadecimal digits; null if there is none.</summary>
    /// <exception cref="ChatNameException">The name breaks the rules of names.</exception>
    /// <exception cref="ChatTokenException">The file can't be read.</exception>
    public string? Export(ChatServerAddress server, string name)
    {
        var key = TokenKey.Of(server, name);
        lock (_gate)
            return _unwritten.TryGetValue(key, out TokenEntry? entry) || Read().TryGetValue(key, out entry) ? TokenText.Format(entry.Token) : null;
    }

    /// <summary>Forgets a token.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ChatNameException">The name breaks the rules of names.</exception>
    /// <exception cref="ChatTokenException">The file can't be read or written.</exception>
    public bool Remove(ChatServerAddress server, string name)
    {
        var key = TokenKey.Of(server, name);
        lock (_gate)
        {
            bool wasThere = _unwritten.Remove(key);
            return Read().ContainsKey(key) ? Change(entries => entries.Remove(key)) : wasThere;
        }
    }

    private TokenLease Next(Dictionary<TokenKey, TokenEntry> entries, TokenKey key, DateTimeOffset now)
    {
        if (!entries.TryGetValue(key, out TokenEntry? entry))
            entry = new TokenEntry(CreateToken(), 0);
        entry = entry with { Incarnation = Math.Max(now.ToUnixTimeMilliseconds(), entry.Incarnation + 1) };
        entries[key] = entry;
        return new TokenLease(entry.Token, entry.Incarnation);
    }

    private byte[] CreateToken()
    {
        byte[] token = new byte[TokenText.TokenBytes];
        for (int i = 0; i < token.Length; i += sizeof(ulong))
            BitConverter.GetBytes(_random.NextUInt64()).CopyTo(token, i);
        return token;
    }

    /// <summary>Adds what could not be written before: this process has registered with it.</summary>
    private void AddUnwritten(Dictionary<TokenKey, TokenEntry> entries)
    {
        foreach (KeyValuePair<TokenKey, TokenEntry> unwritten in _unwritten)
        {
            long written = entries.TryGetValue(unwritten.Key, out TokenEntry? entry) ? entry.Incarnation : 0;
            entries[unwritten.Key] = unwritten.Value with { Incarnation = Math.Max(unwritten.Value.Incarnation, written) };
        }
    }

    private T Change<T>(Func<Dictionary<TokenKey, TokenEntry>, T> change)
    {
        try
        {
            return _file is null
                ? throw new ChatTokenException($"This user has no folder for tokens; set {DataFolder.Variable} to a folder.")
                : _file.Update(change);
        }
        catch (Exception e) when (TokenFile.IsFileError(e))
        {
            throw new ChatTokenException($"The token file {_file!.Path} can't be written ({e.Message}); make its folder writable, or set {DataFolder.Variable} to another.", e);
        }
    }

    private Dictionary<TokenKey, TokenEntry> Read()
    {
        try
        {
            return _file?.Read() ?? [];
        }
        catch (Exception e) when (TokenFile.IsFileError(e))
        {
            throw new ChatTokenException($"The token file {_file!.Path} can't be read ({e.Message}); give yourself the right to, or set {DataFolder.Variable} to another folder.", e);
        }
    }

    /// <summary>The entry in a file that can't be written, if it can be read.</summary>
    private TokenEntry? TryRead(TokenKey key)
    {
        try
        {
            return _file!.Read().TryGetValue(key, out TokenEntry? entry) ? entry : null;
        }
        catch (Exception e) when (TokenFile.IsFileError(e))
        {
            return null;
        }
    }
}
