using System;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace UdpChat.Benchmarks;

/// <summary>
/// One socket for very many users of a relay on the loopback: each sends from an address of its own in 127.0.0.0/8, which
/// Linux has all of. What comes back doesn't say to whom; its text has to.
/// </summary>
internal sealed unsafe class UserSocket : IDisposable
{
    /// <summary>How many datagrams one system call takes.</summary>
    public const int Batch = 64;

    private const int FirstAddress = 127 << 24 | 1 << 16 | 1, AddressFamilyInternet = 2, PacketInfo = 8, SendAgain = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly SystemCalls.Message* _received, _sent;
    private readonly byte* _memory;
    private readonly int _datagramBytes;

    /// <param name="relay">Where all of them send.</param>
    /// <param name="receiveTimeout">How long <see cref="Receive()"/> waits.</param>
    /// <param name="datagramBytes">How long a datagram can be.</param>
    public UserSocket(IPEndPoint relay, TimeSpan receiveTimeout, int datagramBytes = 256)
    {
        _datagramBytes = datagramBytes;
        // Bound to every address, but only of the loopback.
        _socket.SetRawSocketOption(optionLevel: 1, optionName: 25, "lo\0"u8);
        _socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        _socket.ReceiveBufferSize = 8 << 20;
        _socket.SendBufferSize = 8 << 20;
        _socket.ReceiveTimeout = (int)receiveTimeout.TotalMilliseconds;

        int each = datagramBytes * 2;
        int bytes = Batch * (each + 2 * (sizeof(SystemCalls.Message) + sizeof(SystemCalls.Part)) + sizeof(SystemCalls.Address) + sizeof(SystemCalls.Source));
        byte* data = _memory = (byte*)NativeMemory.AllocZeroed((nuint)bytes);
        _received = (SystemCalls.Message*)(data + Batch * each);
        _sent = _received + Batch;
        var parts = (SystemCalls.Part*)(_sent + Batch);
        var addresses = (SystemCalls.Address*)(parts + 2 * Batch);
        var sources = (SystemCalls.Source*)(addresses + Batch);
        for (int i = 0; i < 2 * Batch; i++)
        {
            parts[i] = new() { Data = data + i * datagramBytes, Length = (nuint)datagramBytes };
            _received[i] = new() { Parts = parts + i, PartCount = 1 };
        }
        for (int i = 0; i < Batch; i++)
        {
            addresses[i] = new() { Family = AddressFamilyInternet, Port = NetworkOrder((ushort)relay.Port), Ip = BitConverter.ToUInt32(relay.Address.GetAddressBytes()) };
            sources[i] = new() { Length = SystemCalls.SourceLength, Type = PacketInfo };
            _sent[i].Peer = addresses + i;
            _sent[i].PeerLength = (uint)sizeof(SystemCalls.Address);
            _sent[i].Control = sources + i;
            _sent[i].ControlLength = (nuint)sizeof(SystemCalls.Source);
        }
    }

    /// <summary>How many datagrams wait to be sent.</summary>
    public int Waiting { get; private set; }

    /// <summary>Waits for a datagram, then takes what is there; none in the time given: 0.</summary>
    public int Receive() => Receive(SystemCalls.WaitForOne);

    /// <summary>Takes what is there, if anything is.</summary>
    public int ReceiveNow() => Receive(SystemCalls.DontWait);

    /// <summary>A datagram received.</summary>
    public ReadOnlySpan<byte> this[int index] => new(_received[index].Parts->Data, (int)_received[index].Length);

    /// <summary>Puts a datagram of a user into the batch.</summary>
    public void Add(int user, ReadOnlySpan<byte> datagram)
    {
        if (Waiting == Batch)
            Flush();
        ref SystemCalls.Message message = ref _sent[Waiting++];
        datagram.CopyTo(new Span<byte>(message.Parts->Data, _datagramBytes));
        message.Parts->Length = (nuint)datagram.Length;
        uint ip = (uint)(FirstAddress + user);
        message.Control->Ip = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(ip) : ip;
    }

    /// <summary>Sends the batch. What the system does not take is lost, as datagrams are.</summary>
    public void Flush()
    {
        for (int sent = 0, tries = 0; sent < Waiting && tries < SendAgain;)
        {
            int n = SystemCalls.Send((int)_socket.Handle, _sent + sent, (uint)(Waiting - sent), 0);
            if (n > 0)
                sent += n;
            else
                tries++;
        }
        Waiting = 0;
    }

    /// <summary>Asks something for each user, by the batch, each batch again until all of it is answered.</summary>
    /// <param name="users">How many.</param>
    /// <param name="ask">Adds a user's question.</param>
    /// <param name="takeAnswer">Reads the answer with this index, if it must be read.</param>
    public void AskForAll(int users, Action<int> ask, Action<int>? takeAnswer = null)
    {
        for (int first = 0; first < users; first += Batch)
        {
            long start = Stopwatch.GetTimestamp();
            int count = Math.Min(Batch, users - first);
            for (int answered = 0; answered < count;)
            {
                if (Stopwatch.GetElapsedTime(start) > Patience)
                    throw new InvalidOperationException("The relay did not answer.");
                answered = 0;
                for (int i = 0; i < count; i++)
                    ask(first + i);
                Flush();
                while (answered < count && Receive() is > 0 and int n)
                {
                    for (int i = 0; i < n; i++)
                        takeAnswer?.Invoke(i);
                    answered += n;
                }
            }
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        NativeMemory.Free(_memory);
    }

    private int Receive(int flags) => Math.Max(0, SystemCalls.Receive((int)_socket.Handle, _received, Batch, flags, 0));

    private static ushort NetworkOrder(ushort value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
