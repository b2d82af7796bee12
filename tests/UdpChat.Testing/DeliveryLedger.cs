using System.Collections.Generic;
using System.Text;
using UdpChat.Protocol.Client;

namespace UdpChat.Testing;

/// <summary>
/// Knows every message that was sent through it, and checks every one that arrives: only what was sent may arrive, word
/// for word, from the one who sent it and at the one it was meant for.
/// </summary>
internal sealed class DeliveryLedger(SeededRandom random)
{
    private static readonly string[] Pieces = ["hi", ": ", "\n", "\r\n", " ", "é", "\u202E", "SENDTO:", "FROM:Bob: ", "😀", "INFO: ", "\0", "@", "\t"];

    private readonly Dictionary<string, Letter> _letters = new();
    private readonly Dictionary<(string From, string To), int> _lastNumber = new();
    private int _sent;

    /// <summary>How many messages were taken by their sender's client.</summary>
    public int Sent => _letters.Count;

    /// <summary>How many different ones have arrived.</summary>
    public int Delivered { get; private set; }

    /// <summary>How many have arrived once more.</summary>
    public int Repeated { get; private set; }

    /// <summary>How many have arrived after one that the same sender sent the same recipient later.</summary>
    public int Overtaken { get; private set; }

    /// <summary>Checks what arrives at a client.</summary>
    public void Watch(SimulatedClient client) => client.MessageReceived += message => Check(client.Name, message);

    /// <summary>Sends a message of random text.</summary>
    public SendOutcome Send(SimulatedClient from, SimulatedClient to)
    {
        int number = ++_sent;
        string text = RandomText(number);
        SendOutcome outcome = from.Send(to.Name, text);
        if (outcome is SendOutcome.Sent or SendOutcome.Queued)
            _letters.Add(text, new Letter(from.Name, to.Name, number));
        return outcome;
    }

    private void Check(string recipient, ReceivedMessage message)
    {
        if (!_letters.TryGetValue(message.Text, out Letter? letter))
            throw new SimulationException($"'{message.Text}' arrived at {recipient} and was never sent.");
        if (letter.From != message.From || letter.To != recipient)
            throw new SimulationException($"'{message.Text}' from {letter.From} to {letter.To} arrived at {recipient} as from {message.From}.");
        if (letter.HasArrived)
            Repeated++;
        else
            Delivered++;
        letter.HasArrived = true;
        _lastNumber.TryGetValue((letter.From, letter.To), out int last);
        if (letter.Number < last)
            Overtaken++;
        else
            _lastNumber[(letter.From, letter.To)] = letter.Number;
    }

    /// <summary>A text like no other, of pieces that are apt to be mistaken for something else.</summary>
    private string RandomText(int number)
    {
        var text = new StringBuilder();
        for (int i = random.Next(6); i > 0; i--)
            text.Append(Pieces[random.Next(Pieces.Length)]);
        text.Append(number);
        for (int i = random.Next(6); i > 0; i--)
            text.Append(Pieces[random.Next(Pieces.Length)]);
        return text.ToString();
    }

    private sealed class Letter(string from, string to, int number)
    {
        public string From { get; } = from;

        public string To { get; } = to;

        public int Number { get; } = number;

        public bool HasArrived { get; set; }
    }
}
