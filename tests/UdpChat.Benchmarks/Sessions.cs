using System;
using System.Collections.Generic;
using System.Text;
using UdpChat.Protocol;
using UdpChat.Protocol.Relay;
using UdpChat.Protocol.Wire;

namespace UdpChat.Benchmarks;

/// <summary>How much memory a session of a relay takes while nothing is under way in it: new, and after messages both ways.</summary>
internal static class Sessions
{
    private const int Count = 100_000;
    private const int Messages = 5;
    private const int Sweeps = 100; // to give back what is not needed any more
    private const int MaxDatagrams = 1_024;

    public static void Run()
    {
        Print("fresh", messages: 0);
        Print("used", Messages);
    }

    private static void Print(string state, int messages)
    {
        var net = new Net(messages);
        long there = GC.GetTotalMemory(forceFullCollection: true);
        int sessions = net.Relay.SessionCount;
        net.Relay.Stop(net.Clock);
        long gone = GC.GetTotalMemory(forceFullCollection: true);
        Clients.Print(new Dictionary<string, object>
        {
            ["measured"] = "sessions",
            ["state"] = state,
            ["sessions"] = sessions,
            ["messages_each"] = messages,
            ["bytes_a_session"] = Math.Round((there - gone) / (double)sessions, 1),
        });
        GC.KeepAlive(net);
    }

    /// <summary>A relay, and clients that say and acknowledge only what they have to.</summary>
    private sealed class Net
    {
        private readonly DatagramBatch _output = new(MaxDatagrams, 1 << 20);
        private readonly Client[] _clients = new Client[Count];
        private readonly Queue<int> _heard = new();
        private TimeSpan _now;

        public Net(int messages)
        {
            Relay = new RelayMachine(new RelayOptions(), new SystemRandomSource());
            _output.WhenFull = TakeOutput;
            for (int i = 0; i < Count; i++)
            {
                Send(i, $"@t={i:x32};i=1;r=1;low=1;inbox=10000,16777216;pad={new string('0', 300)} REGISTER: {NameOf(i)}");
                Send(i, Header(i, $" HEARTBEAT: {NameOf(i)}"));
            }
            Settle();
            for (int message = 1; message <= messages; message++)
            {
                for (int i = 0; i < Count; i++)
                    Say(i, $"@n={message} SENDTO:{NameOf((i + 1) % Count)}: {Benchmarks.Clients.Text}\n");
                Settle();
            }
            Settle();
            for (int i = 0; i < Sweeps; i++)
                Relay.Sweep(Clock);
        }

        public RelayMachine Relay { get; }

        public RelayTime Clock => new(_now, 1_795_460_400_000 + (long)_now.TotalMilliseconds);

        private static PeerAddress AddressOf(int client) => PeerAddress.FromIPv4(0x0A00_0000 + (uint)client, 4000);

        private static string NameOf(int client) => $"u{client:d6}";

        private string Header(int client, string rest) => $"@s={_clients[client].Session:x16};d={++_clients[client].Number}{rest}";

        /// <summary>Says a line in a client's stream.</summary>
        private void Say(int client, string line)
        {
            ref Client it = ref _clients[client];
            Send(client, Header(client, $";o={it.Written};a=1-{Math.Max(1, it.Largest)}{(line[0] == '@' ? ";" + line[1..] : " " + line)}"));
            it.Written += line.Length;
        }

        /// <summary>Lets time pass until nobody has anything to say.</summary>
        private void Settle()
        {
            do
            {
                while (_heard.TryDequeue(out int client))
                    Answer(client);
                _now += TimeSpan.FromMilliseconds(30);
                Relay.Tick(Clock);
                Flush();
            }
            while (_heard.Count > 0 || Relay.NextTick != TimeSpan.MaxValue);
        }

        private void Answer(int client)
        {
            ref Client it = ref _clients[client];
            it.IsAnswerDue = false;
            if (it.Taken > 0)
                Say(client, $"TAKEN: {it.Taken}\n");
            else
                Send(client, Header(client, $";a=1-{it.Largest} ACK:"));
            it.Taken = 0;
        }

        private void Send(int client, string datagram)
        {
            Relay.Receive(AddressOf(client), Encoding.ASCII.GetBytes(datagram), Clock, _output);
            Flush();
        }

        private void Flush()
        {
            Relay.Flush(Clock, _output);
            TakeOutput();
        }

        private void TakeOutput()
        {
            for (int i = 0; i < _output.Count; i++)
                Hear((int)(_output.Address(i).IPv4 - 0x0A00_0000), _output.Data(i));
            _output.Clear();
        }

        private void Hear(int client, ReadOnlySpan<byte> datagram)
        {
            ref Client it = ref _clients[client];
            if (!LinkHeader.TryRead(datagram, out LinkHeader header))
            {
                it.Session = ExtendedLine.Read(datagram).Session;
                return;
            }
            it.Largest = header.Number;
            if (header.Offset < 0)
                return;
            if (header.Lines.IndexOf("FROM:"u8) >= 0)
                it.Taken = ++it.Delivered;
            if (it.IsAnswerDue)
                return;
            it.IsAnswerDue = true;
            _heard.Enqueue(client);
        }
    }

    private struct Client
    {
        public ulong Session;
        public long Number, Written, Largest;
        public int Delivered, Taken;
        public bool IsAnswerDue;
    }
}
