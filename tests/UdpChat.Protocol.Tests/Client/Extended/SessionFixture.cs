using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Wire;
using UdpChat.Testing;

namespace UdpChat.Protocol.Tests.Client.Extended;

/// <summary>A client called Bob with a token, at whom a test plays a relay of the extended profile that says what it is told to.</summary>
internal sealed class SessionFixture : IClientEvents, ILinkUser
{
    public const long Incarnation = 1_000;
    public const string Offer = "offer", PlainRegister = "REGISTER: Bob", Words = "INFO: Welcome Bob, you are registered. (extended profile available)";

    private readonly DatagramBatch _output = new(ClientMachine.MaxOutputDatagrams, ClientMachine.MaxOutputBytes);
    private readonly byte[] _buffer = new byte[LinkLimits.MaxDatagramBytes];
    private readonly List<string> _sent = [], _lines = [], _controls = [], _events = [], _changes = [];
    private readonly ClientOptions _options;
    private ReliableLink? _relay;
    private ulong _session;

    public SessionFixture(ClientOptions? options = null)
    {
        _options = options ?? ClientFixture.Options();
        Machine = new ClientMachine(_options, "Bob"u8.ToArray(), new ClientIdentity([.. Enumerable.Range(0, 16).Select(i => (byte)i)], Incarnation), new SeededRandom(1), this);
    }

    public ClientMachine Machine { get; }

    public TimeSpan Now { get; private set; }

    /// <summary>Whether nothing that the client sends arrives.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>Whether messages are looked at after they are decided; if not, their memory is used again.</summary>
    public bool KeepsMessages { get; set; } = true;

    /// <summary>The last extended REGISTER.</summary>
    public string Register { get; private set; } = "";

    /// <summary>The last echo, as a relay would forward it.</summary>
    public string Echo { get; private set; } = "";

    /// <summary>All lines of the session in the order in which they came.</summary>
    public List<string> Said { get; } = [];

    /// <summary>The tickets of the messages received.</summary>
    public List<long> Tickets { get; } = [];

    /// <summary>The messages sent.</summary>
    public List<OutgoingMessage> Messages { get; } = [];

    /// <summary>What was sent outside of a session since this was asked last: <c>offer</c>, <c>echo</c>, or as it is.</summary>
    public string[] Sent() => Empty(_sent);

    /// <summary>The lines of the client's stream since this was asked last.</summary>
    public string[] Lines() => Empty(_lines);

    /// <summary>The lines of the client's session that belong to no stream, but acknowledgements, since this was asked last.</summary>
    public string[] Controls() => Empty(_controls);

    /// <summary>What was told since this was asked last, but what has become of messages.</summary>
    public string[] Events() => Empty(_events);

    /// <summary>What has become of messages since this was asked last.</summary>
    public string[] Changes() => Empty(_changes);

    public void Open()
    {
        Machine.Open(Now);
        PathOpened();
    }

    public void PathOpened()
    {
        Machine.PathOpened(Now, _output);
        Settle();
    }

    /// <summary>Connects in a session, and forgets how.</summary>
    public void Connect(ulong store = 0)
    {
        Open();
        Registered(1, store: store);
        Assert.Equal(ChatConnectionState.Connected, Machine.State);
        Forget();
    }

    /// <summary>Has the relay forget the client, which registers again in another session; forgets how.</summary>
    public void Reconnect(ulong session = 2, long start = 500, ulong store = 0)
    {
        Forgotten();
        Registered(session, start, store);
        _controls.Clear();
        _sent.Clear();
        _events.Clear();
    }

    /// <summary>The relay doesn't know the session.</summary>
    public void Forgotten() => Receive($"@s={_session:x16};code=not-registered INFO:");

    /// <summary>Answers the last REGISTER.</summary>
    public void Registered(ulong session, long start = 500, ulong store = 0, int timeout = 60_000)
    {
        _session = session;
        _relay = new ReliableLink(session, this, new MemoryBudget(1 << 20));
        Answer($"s={session:x16};code=registered", $"addr=192.0.2.1:5;timeout={timeout};start={start}{(store != 0 ? $";store={store:x16}" : "")}", "Welcome Bob, you are registered.");
    }

    /// <summary>Answers the last REGISTER.</summary>
    public void Answer(string first, string more = "", string text = "") =>
        Receive($"@{first};i={Tag("i")};r={Tag("r")}{(more.Length > 0 ? ";" : "")}{more} INFO: {text}");

    /// <summary>A tag of the last REGISTER.</summary>
    public string Tag(string key) => Register[1..Register.IndexOf(' ', StringComparison.Ordinal)].Split(';').Single(tag => tag.StartsWith(key + "=", StringComparison.Ordinal))[(key.Length + 1)..];

    /// <summary>The relay says lines in its stream.</summary>
    public void Say(params string[] lines)
    {
        foreach (string line in lines)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
            bytes.CopyTo(_relay!.Reserve(bytes.Length));
            _relay.Commit(bytes.Length);
        }
        Settle();
    }

    /// <summary>The relay says a line outside of its stream.</summary>
    public void SayAside(string line)
    {
        int length = _relay!.WriteControl(_buffer, Encoding.UTF8.GetBytes(line), Now);
        Machine.Receive(_buffer.AsSpan(0, length), Now, _output);
        Settle();
    }

    public void Receive(string datagram)
    {
        Machine.Receive(Encoding.UTF8.GetBytes(datagram), Now, _output);
        Settle();
    }

    public SendOutcome Send(string to, string text)
    {
        SendOutcome outcome = Machine.Send(Encoding.UTF8.GetBytes(to), Encoding.UTF8.GetBytes(text), Now, _output, out OutgoingMessage? message, KeepsMessages);
        if (message is not null && KeepsMessages)
            Messages.Add(message);
        Settle();
        return outcome;
    }

    /// <summary>Sends without giving the client time to write it.</summary>
    public void Queue(string to, string text) => Machine.Send(Encoding.UTF8.GetBytes(to), Encoding.UTF8.GetBytes(text), Now, _output, out _, KeepsMessages);

    /// <summary>The user takes the message that was received as the so-manyth, from 0.</summary>
    public void Taken(int index)
    {
        Machine.Taken(Tickets[index]);
        Settle();
    }

    public void Probe()
    {
        Machine.Probe(Now, _output);
        Settle();
    }

    public void BeginClose(bool forget = false)
    {
        Machine.BeginClose(Now, forget, _output);
        Settle();
    }

    public void Close()
    {
        Machine.Close(_output);
        Settle();
    }

    public void TickAt(TimeSpan time)
    {
        Now = time;
        Machine.Tick(Now, _output);
        Settle();
    }

    /// <summary>Goes on by a time, and calls the client whenever it is due.</summary>
    public void Run(double seconds)
    {
        TimeSpan end = Now + TimeSpan.FromSeconds(seconds);
        while (Machine.NextTick <= end)
        {
            TimeSpan due = Machine.NextTick;
            TickAt(due > Now ? due : Now);
            Assert.True(Machine.NextTick > due, "Tick left something due undone.");
        }
        Now = end;
    }

    void ILinkUser.LineReceived(ReadOnlySpan<byte> line, TimeSpan now)
    {
        _lines.Add(Show(line));
        Said.Add(Show(line));
    }

    void IClientEvents.Connected() => _events.Add("connected");

    void IClientEvents.Reconnecting(ReconnectReason reason) => _events.Add($"reconnecting: {reason}");

    void IClientEvents.ConnectFailed(ConnectFailure failure) => _events.Add($"failed: {failure}");

    void IClientEvents.PathWanted() => _events.Add("path wanted");

    void IClientEvents.EchoReturned() => _events.Add("echo returned");

    void IClientEvents.Replaced() => _events.Add("replaced");

    void IClientEvents.Left() => _events.Add("left");

    void IClientEvents.MessageChanged(OutgoingMessage message)
    {
        string fate = message.State == OutgoingState.Failed ? $": {message.Code}, {(message.MayHaveArrived ? "may have arrived" : "did not arrive")}" : "";
        _changes.Add($"{message.Number} {message.State}{fate}");
    }

    void IClientEvents.MessageReceived(ReadOnlySpan<byte> from, ReadOnlySpan<byte> text, in MessageOrigin origin, long ticket)
    {
        _events.Add($"{Encoding.UTF8.GetString(from)} {origin.Incarnation}.{origin.Number}: {Encoding.UTF8.GetString(text)}");
        Tickets.Add(ticket);
    }

    void IClientEvents.NoticeReceived(ReadOnlySpan<byte> text, ReadOnlySpan<byte> code) =>
        _events.Add(string.Create(CultureInfo.InvariantCulture, $"notice {Encoding.UTF8.GetString(code)}: {Encoding.UTF8.GetString(text)}"));

    private static string[] Empty(List<string> list)
    {
        string[] all = [.. list];
        list.Clear();
        return all;
    }

    /// <summary>The first line of a datagram begins with <c>;</c> if it has tags.</summary>
    private static string Show(ReadOnlySpan<byte> line) => line.Length > 0 && line[0] == ';' ? "@" + Encoding.UTF8.GetString(line[1..]) : Encoding.UTF8.GetString(line);

    private void Forget()
    {
        foreach (List<string> list in new[] { _sent, _lines, _controls, _events, _changes })
            list.Clear();
    }

    /// <summary>Carries datagrams between client and relay until both are silent.</summary>
    private void Settle()
    {
        do
        {
            do
            {
                for (int i = 0; i < _output.Count; i++)
                    Take(_output.Data(i));
                _output.Clear();
            }
            while (Machine.WriteOutput(Now, _output));
        }
        while (Answer());
    }

    private bool Answer()
    {
        if (_relay is null || IsDeaf || !_relay.HasOutput)
            return false;
        int length = _relay.WriteDatagram(_buffer, Now);
        if (length == 0)
            return false;
        Machine.Receive(_buffer.AsSpan(0, length), Now, _output);
        return true;
    }

    private void Take(ReadOnlySpan<byte> datagram)
    {
        if (LinkHeader.TryRead(datagram, out LinkHeader header))
        {
            // No shorter than the answer that the session is not known, or there would be none.
            Assert.InRange(datagram.Length, header.Offset < 0 && !header.Lines.StartsWith("ACK:"u8) && !header.Lines.StartsWith("RESPONSE:"u8) ? "@s=0123456789abcdef;code=not-registered INFO:".Length : 1, LinkLimits.MaxDatagramBytes);
            TakeOfSession(header);
            return;
        }
        string text = Encoding.UTF8.GetString(datagram);
        if (text.StartsWith("@t=", StringComparison.Ordinal))
        {
            Register = text;
            _sent.Add(Offer);
        }
        else if (text.StartsWith("SENDTO:Bob: UdpChat echo ", StringComparison.Ordinal))
        {
            Echo = "FROM:" + text["SENDTO:".Length..];
            _sent.Add("echo");
        }
        else
        {
            _sent.Add(text);
        }
    }

    private void TakeOfSession(in LinkHeader header)
    {
        string control = Show(header.Lines).Replace("@pad=0000 ", "", StringComparison.Ordinal);
        if (header.Offset < 0 && control != "ACK:")
        {
            _controls.Add(control);
            Said.Add(control);
        }
        if (_relay is null || header.Session != _session || IsDeaf)
            return;
        if (_relay.Receive(header, Now) != LinkOutcome.Received || control == "ACK:")
            return;
        _relay.AcknowledgeNow(header.Number, Now);
    }
}
