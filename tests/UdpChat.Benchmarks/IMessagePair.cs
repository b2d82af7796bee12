using System;

namespace UdpChat.Benchmarks;

/// <summary>A sender and a recipient.</summary>
internal interface IMessagePair : IDisposable
{
    /// <summary>How many messages are sent and not yet received, at most.</summary>
    const int Window = 1024;

    /// <summary>Sends messages of 64 bytes, and returns when all have been received.</summary>
    void Pass(long messages);
}
