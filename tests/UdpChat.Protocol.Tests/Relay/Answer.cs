using System.Text;

namespace UdpChat.Protocol.Tests.Relay;

/// <summary>A datagram that a relay sends.</summary>
internal sealed record Answer(PeerAddress To, byte[] Bytes)
{
    /// <summary>Its bytes as text.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);
}
