using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace UdpChat.Protocol.Tests.Relay.Extended;

/// <summary>A client that says to a relay what the test tells it, as text, and nothing by itself.</summary>
internal sealed partial class WirePeer(ExtendedRelayFixture relay, int number, string name)
{
    private readonly SortedDictionary<long, string> _early = [];
    private long _sent, _written, _read, _largest;

    /// <summary>Where it is.</summary>
    public PeerAddress Address { get; set; } = RelayFixture.Peer(number);

    /// <summary>The id of its session.</summary>
    public string Session { get; private set; } = "";

    public string Token { get; init; } = $"{number:x32}";

    public long Incarnation { get; set; } = 1_000;

    /// <summary>How many registrations there were in this incarnation.</summary>
    public long Registration { get; set; }

    public string Inbox { get; init; } = "10000,16777216";

    /// <summary>A REGISTER.</summary>
    /// <param name="size">How many bytes the padding makes of it.</param>
    /// <param name="low">The first number that is not decided.</param>
    public string RegisterText(int size = 400, long low = 1)
    {
        string tags = $"@t={Token};i={Incarnation};r={Registration};low={low};inbox={Inbox};pad=", verb = $" REGISTER: {name}";
        return tags + new string('0', Math.Max(0, size - Encoding.UTF8.GetByteCount(tags + verb))) + verb;
    }

    /// <summary>Begins another session, without a word in it.</summary>
    public WirePeer Register(long low = 1)
    {
        Registration++;
        relay.Receive(Address, RegisterText(low: low));
        if (relay.HasStore)
            relay.RunStore();
        return Begin();
    }

    /// <summary>Takes the session of the last answer.</summary>
    public WirePeer Begin()
    {
        string answer = relay.SentTo(Address).Last();
        Assert.Contains(";code=registered;", answer, StringComparison.Ordinal);
        Session = SessionOf(answer);
        _early.Clear();
        (_sent, _written, _read, _largest) = (0, 0, 0, 0);
        return this;
    }

    /// <summary>Begins another session, and proves that it receives.</summary>
    public WirePeer Connect(long low = 1)
    {
        Register(low);
        SayAside($"HEARTBEAT: {name}");
        return this;
    }

    /// <summary>Says lines in its stream, all in one datagram.</summary>
    public void Say(params string[] lines)
    {
        string text = string.Concat(lines.Select(line => line + "\n"));
        relay.Receive(Address, $"@s={Session};d={++_sent};o={_written}{Joined(text)}");
        _written += Encoding.UTF8.GetByteCount(text);
    }

    /// <summary>Says a line that belongs to no stream.</summary>
    public void SayAside(string line, PeerAddress? from = null) => relay.Receive(from ?? Address, Aside(line));

    /// <summary>A datagram with a line that belongs to no stream.</summary>
    public string Aside(string line) => $"@s={Session};d={++_sent}{Joined(line)}";

    /// <summary>Acknowledges all that it has heard.</summary>
    public void Acknowledge() => relay.Receive(Address, $"@s={Session};d={++_sent};a=1-{_largest} ACK:");

    /// <summary>The lines that came since this was asked last, those of the stream in order and once, without acknowledgements.</summary>
    public string[] Heard()
    {
        var lines = new List<string>();
        foreach (string datagram in relay.SentTo(Address))
        {
            Match match = Datagram().Match(datagram);
            Assert.True(match.Success, datagram);
            if (match.Groups["s"].Value != Session)
                continue;
            _largest = Math.Max(_largest, long.Parse(match.Groups["d"].Value, CultureInfo.InvariantCulture));
            string text = match.Groups["rest"].Value;
            text = text[0] == ';' ? "@" + text[1..] : text[1..];
            if (match.Groups["o"].Success)
                _early[long.Parse(match.Groups["o"].Value, CultureInfo.InvariantCulture)] = text;
            else if (text != "ACK:")
                lines.Add(text);
            while (_early.TryGetValue(_read, out string? next))
            {
                _read += Encoding.UTF8.GetByteCount(next);
                lines.AddRange(next.Split('\n')[..^1]);
            }
        }
        return [.. lines];
    }

    /// <summary>The id of the session of a datagram.</summary>
    public static string SessionOf(string datagram) => datagram.Split('=', ';', ' ')[1];

    private static string Joined(string lines) => lines[0] == '@' ? ";" + lines[1..] : " " + lines;

    [GeneratedRegex(@"^@s=(?<s>[0-9a-f]{16});d=(?<d>\d+)(;o=(?<o>\d+))?(;a=[\d,-]+)?(;w=\d+)?(?<rest>[ ;].*)$", RegexOptions.Singleline)]
    private static partial Regex Datagram();
}
