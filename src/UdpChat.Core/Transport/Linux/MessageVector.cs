using System;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using UdpChat.Protocol;

namespace UdpChat.Transport.Linux;

/// <summary>The datagrams of one system call: where their bytes and addresses are.</summary>
internal sealed unsafe class MessageVector
{
    /// <summary>How many datagrams it has.</summary>
    public const int Capacity = 64;

    private const int NameBytes = 32; // struct sockaddr_in6 has 28

    // Pinned as long as they live, which is as long as this does.
    private readonly NativeMessage[] _messages = GC.AllocateArray<NativeMessage>(Capacity, pinned: true);
    private readonly NativeBuffer[] _buffers = GC.AllocateArray<NativeBuffer>(Capacity, pinned: true);
    private readonly NativeSegmentSize[] _segmentSizes = GC.AllocateArray<NativeSegmentSize>(Capacity, pinned: true);
    private readonly byte[] _names = GC.AllocateArray<byte>(Capacity * NameBytes, pinned: true);
    private readonly bool _isIPv4;
    private readonly uint _nameLength;

    /// <param name="family">The socket's family.</param>
    /// <param name="isConnected">Whether the socket knows its peer, so that no datagram has an address.</param>
    public MessageVector(AddressFamily family, bool isConnected = false)
    {
        _isIPv4 = family == AddressFamily.InterNetwork;
        _nameLength = _isIPv4 ? 16u : 28u;
        for (int i = 0; i < Capacity; i++)
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

    /// <summary>How many bytes one datagram was.</summary>
    public int Length(int index) => (int)_messages[index].Length;

    /// <summary>Where one datagram came from.</summary>
    public PeerAddress Address(int index) => EndPointConverter.Read(Name(index), _isIPv4);

    /// <summary>Says where one datagram goes.</summary>
    public void SetAddress(int index, in PeerAddress address) => EndPointConverter.Write(address, Name(index), _isIPv4);

    /// <summary>Says where the bytes of one datagram are.</summary>
    public void SetBuffer(int index, byte* start, int length) => _buffers[index] = new NativeBuffer { Start = start, Length = (nuint)length };

    /// <summary>Says into how large datagrams the system is to cut one; 0 for not at all.</summary>
    public void SetSegmentSize(int index, int size)
    {
        _segmentSizes[index].Size = (ushort)size;
        _messages[index].ControlLength = size == 0 ? 0 : (nuint)sizeof(NativeSegmentSize);
    }

    /// <summary>Makes messages that were received ready for others.</summary>
    public void Reset(int count)
    {
        for (int i = 0; i < count; i++)
            _messages[i].NameLength = _nameLength;
    }

    private static T* Pointer<T>(T[] pinned)
        where T : unmanaged => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));

    private Span<byte> Name(int index) => _names.AsSpan(index * NameBytes, NameBytes);
}
