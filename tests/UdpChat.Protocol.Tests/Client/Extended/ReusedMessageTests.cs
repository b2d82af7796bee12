using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using UdpChat.Testing;

namespace UdpChat.Protocol.Tests.Client.Extended;

/// <summary>Messages that nobody looks at after they are decided, so that their memory is used again.</summary>
public class ReusedMessageTests
{
    private readonly SessionFixture _client = new() { KeepsMessages = false };

    public ReusedMessageTests() => _client.Connect();

    [Fact]
    public void A_long_text_that_is_decided_while_it_is_half_written_goes_on_to_its_own_recipient()
    {
        _client.IsDeaf = true; // so that the window closes in the middle of the text
        _client.Send("Annie", new string('x', 60_000));
        _client.IsDeaf = false;
        _client.Say("DELIVERED: 1");
        Assert.Equal(0, _client.Machine.OutboxCount);
        _client.Send("Carl", new string('y', 2_000));
        _client.Run(5);
        string[] lines = _client.Lines();
        string[] first = [.. lines.TakeWhile(line => !line.Contains("Carl", StringComparison.Ordinal))];
        Assert.All(first[1..^1], line => Assert.StartsWith("@more SENDTO:Annie: ", line, StringComparison.Ordinal));
        Assert.StartsWith("SENDTO:Annie: ", first[^1], StringComparison.Ordinal);
        Assert.Equal(new string('x', 60_000), string.Concat(first.Select(TextOf)));
        Assert.Equal(new string('y', 2_000), string.Concat(lines[first.Length..].Select(TextOf)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_message_arrives_once_and_in_order_whatever_is_put_off(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var relay = new ForgetfulRelay(random);
        var sent = new SortedDictionary<string, List<string>>(StringComparer.Ordinal) { ["Annie"] = [], ["Carl"] = [], ["Dora"] = [] };
        for (int round = 0; round < 400 && (round < 60 || _client.Machine.OutboxCount > 0); round++)
        {
            for (int i = round < 60 ? random.Next(8) : 0; i > 0; i--)
            {
                (string to, List<string> texts) = sent.ElementAt(random.Next(sent.Count));
                texts.Add(string.Create(CultureInfo.InvariantCulture, $"{to} {texts.Count}"));
                _client.Send(random.Next(2) == 0 ? to : to.ToUpperInvariant(), texts[^1]);
            }
            _client.Say(relay.Answer(_client.Lines()));
            _client.Run(0.3);
        }
        Assert.Equal(0, _client.Machine.OutboxCount);
        Assert.True(relay.PutOff > 20, "The relay has put off too little to show anything.");
        Assert.Equal(sent, relay.Arrived);
        Assert.DoesNotContain(_client.Changes(), change => change.Contains("Failed", StringComparison.Ordinal));
    }

    private static string TextOf(string line) => line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..];

    /// <summary>The rules of a relay for full mailboxes: what it puts off holds up all to the same recipient until it is offered again.</summary>
    private sealed class ForgetfulRelay(SeededRandom random)
    {
        private readonly HashSet<string> _blocked = [];
        private readonly List<long> _undelivered = [];
        private long _last;

        public SortedDictionary<string, List<string>> Arrived { get; } = new(StringComparer.Ordinal) { ["Annie"] = [], ["Carl"] = [], ["Dora"] = [] };

        public int PutOff { get; private set; }

        public string[] Answer(string[] lines)
        {
            var answers = new List<string>();
            foreach (string line in lines)
            {
                if (line.StartsWith("WATCH", StringComparison.Ordinal))
                    continue;
                string tags = line[0] == '@' ? line[1..line.IndexOf(' ', StringComparison.Ordinal)] : "";
                string? number = tags.Split(';').FirstOrDefault(tag => tag.StartsWith("n=", StringComparison.Ordinal))?[2..];
                _last = number is null ? _last + 1 : long.Parse(number, CultureInfo.InvariantCulture);
                string text = TextOf(line), to = text.Split(' ')[0];
                bool isRetry = tags.Contains("retry", StringComparison.Ordinal);
                if ((_blocked.Contains(to) && !isRetry) || random.Next(4) == 0)
                {
                    _blocked.Add(to);
                    PutOff++;
                    answers.Add(string.Create(CultureInfo.InvariantCulture, $"@code=queue-full;n={_last} INFO:"));
                    continue;
                }
                _blocked.Remove(to);
                Arrived[to].Add(text);
                answers.Add(string.Create(CultureInfo.InvariantCulture, $"{(random.Next(3) == 0 ? "@final " : "")}ACCEPTED: {_last}"));
                _undelivered.Add(_last);
            }
            foreach (long number in _undelivered.Where(_ => random.Next(2) == 0).ToArray())
            {
                _undelivered.Remove(number);
                answers.Add(string.Create(CultureInfo.InvariantCulture, $"DELIVERED: {number}"));
            }
            return [.. answers];
        }
    }
}
