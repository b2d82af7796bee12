using System.Collections.Generic;

namespace UdpChat.Protocol.Relay.Storage;

/// <summary>
/// One thing that a relay asks of its store, and the answer. Which fields count depends on <see cref="Kind"/>; the others
/// have any value. The store fills in the results; it reads the rest.
/// </summary>
internal sealed class StoreCommand
{
    /// <summary>What is asked.</summary>
    public StoreCommandKind Kind;

    /// <summary>SaveUser: all but the mail figures.</summary>
    public StoredUser? Saved;

    /// <summary>RemoveUser, UpdateUser: which user. ReadMail, FindMail: the recipient.</summary>
    public long User;

    /// <summary>UpdateUser: the user's incarnation (an update of an older one does nothing), decided number and last sign of life.</summary>
    public long Incarnation, Decided, LastSeen;

    /// <summary>SaveMail: the message.</summary>
    public StoredMail? Mail;

    /// <summary>RemoveMail: which message. ReadMail: the one after which to begin.</summary>
    public long Sequence;

    /// <summary>ReadMail: how many messages at most, and after how many bytes of text to stop (at least one message is read).</summary>
    public int MaxCount, MaxBytes;

    /// <summary>FindMail, RemoveExpired: the sender's name; with <see cref="Incarnation"/> whose messages, and these numbers, inclusive.</summary>
    public byte[] Sender = [];

    /// <inheritdoc cref="Sender"/>
    public long FirstNumber, LastNumber;

    /// <summary>ExpireMail: milliseconds since 1970; messages accepted earlier go, the first by their sequence numbers, <see cref="MaxCount"/> at most.</summary>
    public long Before;

    /// <summary>Result: whether it was not done. Nothing of a group that failed was done.</summary>
    public bool HasFailed;

    /// <summary>Result of ReadMail: the messages. Of ExpireMail and RemoveUser: what has gone, without texts (<see cref="StoredMail.Length"/> still says how long they were).</summary>
    public List<StoredMail>? Found;

    /// <summary>Result of FindMail: the numbers that are held, ascending.</summary>
    public List<long>? Held;

    /// <summary>Result of FindMail: the numbers that have expired, ascending.</summary>
    public List<long>? Expired;

    /// <summary>The same once more, without an answer, while this one is in the store's hands.</summary>
    public StoreCommand Copy()
    {
        var copy = (StoreCommand)MemberwiseClone();
        copy.HasFailed = false;
        copy.Found = null;
        copy.Held = copy.Expired = null;
        return copy;
    }
}
