namespace UdpChat.Protocol.Relay.Storage;

/// <summary>What a relay asks of its store.</summary>
internal enum StoreCommandKind
{
    /// <summary>Adds a user, or replaces what is known of one with the same number. A new incarnation forgets the old one's decided number and expired messages.</summary>
    SaveUser,

    /// <summary>Removes a user, the mail kept for it, and what expired of its own.</summary>
    RemoveUser,

    /// <summary>Notes a user's last sign of life, as milliseconds since 1970, and its decided number.</summary>
    UpdateUser,

    /// <summary>Adds a message to its recipient's mailbox.</summary>
    SaveMail,

    /// <summary>Removes a message that was taken.</summary>
    RemoveMail,

    /// <summary>Reads a recipient's messages in the order of their sequence numbers.</summary>
    ReadMail,

    /// <summary>Finds which of a sender's messages are held for a recipient, and which have expired.</summary>
    FindMail,

    /// <summary>Removes the messages that were accepted before a time, and remembers whose they were until their sender is told (<see cref="RemoveExpired"/>).</summary>
    ExpireMail,

    /// <summary>Forgets that messages of a sender have expired, because it was told.</summary>
    RemoveExpired,
}
