using System;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using UdpChat.Protocol;

namespace UdpChat.Transport.Linux;

/// <summary>The messages of one system call, each a datagram or some of one size from or to one address: where their bytes and addresses are.</summary>
internal sealed unsafe class MessageVector
{
    /// <summary>How many messages a call takes or gives at most.</summary>
    public const int MaxCapacity = 64;

    private const int NameBytes = 32; // struct sockaddr_in6 has 28

    // Pinned as long as they live, which is as long as this does.
    private readonly NativeMessage[] _messages;
    private readonly NativeBuffer[] _buffers;
    private readonly NativeSegmentSize[] _segmentSizes;
    private readonly byte[] _names;
    private readonly bool _isIPv4;
    private readonly uint _nameLength;

    /// <param name="capacity">How many messages it has.</param>
    /// <param name="family">The socket's family.</param>
    /// <param name="isConnected">Whether the socket knows its peer, so that no message has an address.</param>
    public MessageVector(int capacity, AddressFamily family, bool isConnected)
    {
        _messages = GC.AllocateArray<NativeMessage>(capacity, pinned: true);
        _buffers = GC.AllocateArray<NativeBuffer>(capacity, pinned: true);
        _segmentSizes = GC.AllocateArray<NativeSegmentSize>(capacity, pinned: true);
        _names = GC.AllocateArray<byte>(capacity * NameBytes, pinned: true);
        _isIPv4 = family == AddressFamily.InterNetwork;
        _nameLength = _isIPv4 ? 16u : 28u;
        for (int i = 0; i < capacity; i++)
        {
            BitConverter.TryWriteBytes(Name(i), _isIPv4 ? NativeSocket.IPv4Family : NativeSocket.IPv6Family);
            ref NativeMessage message = ref _messages[i];
            if (!isConnected)
            {
                message.Name = Pointer(_names) + i * NameBytes;
                message.NameLength = _nameLength;
            }
            message.Buffers = Pointer(_buffers) + i;
            message.BufferCount = 1;
            message.Control = Pointer(_segmentSizes) + i;
            _segmentSizes[i] = new NativeSegmentSize { Length = 18, Level = NativeSocket.UdpLevel, Type = NativeSocket.Segment };
        }
    }

    /// <summary>The first of the messages.</summary>
    public NativeMessage* Messages => Pointer(_messages);

    /// <summary>How many bytes one message was.</summary>
    public int Length(int index) => (int)_messages[index].Length;

    /// <summary>Where one message came from.</summary>
    public PeerAddress Address(int index) => EndPointConverter.Read(Name(index), _isIPv4);

    /// <summary>Says where one message goes.</summary>
    public void SetAddress(int index, in PeerAddress address) => EndPointConverter.Write(address, Name(index), _isIPv4);

    /// <summary>Says where the bytes of one message are.</summary>
    public void SetBuffer(int index, byte* start, int length) => _buffers[index] = new NativeBuffer { Start = start, Length = (nuint)length };

    /// <summary>Says into how large datagrams the system is to cut one; 0 for not at all.</summary>
    public void SetSegmentSize(int index, int size)
    {
        _segmentSizes[index].Size = size;
        _messages[index].ControlLength = size == 0 ? 0 : (nuint)sizeof(NativeSegmentSize);
    }

    /// <summary>How many bytes each datagram but the last has that a message was put together from; 0 if it is one datagram.</summary>
    public int SegmentSize(int index) => _messages[index].ControlLength == 0 ? 0 : _segmentSizes[index].Size;

    /// <summary>Makes messages ready to be received.</summary>
    public void Reset(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _messages[i].NameLength = _messages[i].Name is null ? 0 : _nameLength;
            _messages[i].ControlLength = (nuint)sizeof(NativeSegmentSize);
        }
    }

    private static T* Pointer<T>(T[] pinned)
        where T : unmanaged => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));

    private Span<byte> Name(int index) => _names.AsSpan(index * NameBytes, NameBytes);
}
