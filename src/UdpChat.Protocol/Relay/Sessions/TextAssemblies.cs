using System;
using System.Buffers;
using System.Collections.Generic;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>
/// The long texts that are being put together, in one bounded memory. One that does not get on gives way to others: its
/// sender is told to offer it again, should it ever end it.
/// </summary>
internal sealed class TextAssemblies(RelayCore core, MemoryBudget memory)
{
    /// <summary>The most bytes of a text: an escape makes two of one.</summary>
    private const int MaxEscapedText = 2 * WireLimits.MaxTextBytes;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly LinkedList<TextAssembly> _all = new(); // the one that has got on least lately is the first

    /// <summary>Begins one.</summary>
    public TextAssembly Begin(long number, ReadOnlySpan<byte> recipient, bool isRetry, ReadOnlySpan<byte> piece)
    {
        var assembly = new TextAssembly(number, Utf8.GetString(recipient), isRetry);
        Add(assembly, piece);
        return assembly;
    }

    /// <summary>Adds a piece.</summary>
    public void Add(TextAssembly assembly, ReadOnlySpan<byte> piece)
    {
        if (assembly.Failure != AssemblyFailure.None)
            return;
        int length = assembly.Length + piece.Length;
        if (length > MaxEscapedText)
            End(assembly, AssemblyFailure.TooLarge);
        else if (length > assembly.Buffer.Length && !TryGrow(assembly, length))
            End(assembly, AssemblyFailure.NoMemory);
        else
            assembly.Add(piece);
        if (assembly.Failure != AssemblyFailure.None || !assembly.HasProgressed(core.Clock.Now))
            return;
        if (assembly.Place.List is not null)
            _all.Remove(assembly.Place);
        _all.AddLast(assembly.Place);
    }

    private bool TryGrow(TextAssembly assembly, int length)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(2 * length);
        long more = larger.Length - assembly.Buffer.Length;
        while (!memory.TryTake(more))
        {
            if (_all.First?.Value is not { } oldest || oldest == assembly || core.Clock.Now - oldest.LastProgress < Patience)
            {
                ArrayPool<byte>.Shared.Return(larger);
                return false;
            }
            End(oldest, AssemblyFailure.NoMemory);
        }
        assembly.Grow(larger);
        return true;
    }

    /// <summary>Gives one's memory back.</summary>
    public void End(TextAssembly assembly, AssemblyFailure failure = AssemblyFailure.None)
    {
        if (assembly.Place.List is not null)
            _all.Remove(assembly.Place);
        memory.Return(assembly.Buffer.Length);
        assembly.Fail(failure);
    }
}
