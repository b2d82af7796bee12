using System;
using System.Collections.Generic;
using System.Text;

namespace UdpChat.State;

/// <summary>The datagrams of the connections that a cmdlet uses, for <c>-Debug</c>: the latest <see cref="Capacity"/> that were not told yet.</summary>
internal sealed class DatagramTrace(Action added) : IDisposable
{
    private const int Capacity = 1_000, MaxCharacters = 200;

    /// <summary>With this a registration begins that shows its token, which is nobody else's business.</summary>
    private const string TokenTag = "@t=";

    private const int TokenDigits = 32;

    private readonly List<ChatClient> _clients = [];
    private readonly Queue<string> _lines = new();

    /// <summary>Adds a connection's datagrams from now on.</summary>
    public void Add(ChatClient client)
    {
        if (_clients.Contains(client))
            return;
        _clients.Add(client);
        client.DatagramSeen += OnDatagram;
    }

    /// <summary>Takes the oldest line.</summary>
    /// <returns>Null if there is none.</returns>
    public string? TryTake()
    {
        lock (_lines)
            return _lines.Count > 0 ? _lines.Dequeue() : null;
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        foreach (ChatClient client in _clients)
            client.DatagramSeen -= OnDatagram;
    }

    private static string WithoutToken(string datagram) => datagram.StartsWith(TokenTag, StringComparison.Ordinal) && datagram.Length >= TokenTag.Length + TokenDigits
        ? $"{TokenTag}(hidden){datagram.Substring(TokenTag.Length + TokenDigits)}"
        : datagram;

    private void OnDatagram(bool isOutgoing, byte[] datagram)
    {
        lock (_lines)
        {
            if (_lines.Count == Capacity)
                _lines.Dequeue();
            string text = PrintableText.Escape(WithoutToken(Encoding.UTF8.GetString(datagram)), MaxCharacters);
            _lines.Enqueue($"{(isOutgoing ? "->" : "<-")} {text} ({datagram.Length} bytes)");
        }
        added();
    }
}
