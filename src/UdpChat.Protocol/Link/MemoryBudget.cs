namespace UdpChat.Protocol.Link;

/// <summary>So many bytes, which many share.</summary>
internal sealed class MemoryBudget(long bytes)
{
    /// <summary>How many bytes are in use.</summary>
    public long Used { get; private set; }

    /// <summary>How many there are in all.</summary>
    public long Total { get; } = bytes;

    /// <summary>Takes bytes.</summary>
    /// <returns>False if there are not so many.</returns>
    public bool TryTake(long count)
    {
        if (Used + count > Total)
            return false;
        Used += count;
        return true;
    }

    /// <summary>Gives bytes back.</summary>
    public void Return(long count) => Used -= count;
}
