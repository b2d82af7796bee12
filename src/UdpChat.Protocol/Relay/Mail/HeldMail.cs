using System;
using UdpChat.Protocol.Relay.Storage;
using UdpChat.Protocol.Relay.Users;

namespace UdpChat.Protocol.Relay.Mail;

/// <summary>A message in the relay's memory, on its way to a user. Its text is escaped, as it is on the wire.</summary>
internal sealed class HeldMail : StoredMail
{
    /// <summary>Its neighbours in its recipient's queue.</summary>
    public HeldMail? Next, Previous;

    /// <summary>Its neighbours among those that go to the store if they are not taken soon.</summary>
    public HeldMail? LiveNext, LivePrevious;

    /// <summary>Who sent it; null if a plain client did, or the name is gone.</summary>
    public User? SenderUser;

    /// <summary>Whom it is for.</summary>
    public User? RecipientUser;

    /// <summary>When it goes to the store if it was not taken.</summary>
    public TimeSpan StoreDue;

    /// <summary>Where in the recipient's stream it ends; -1 while it was not written there.</summary>
    public long EndOffset = -1;

    /// <summary>Whether it was ever written to a session, so that nobody can say that it has not arrived.</summary>
    public bool WasWritten;

    /// <summary>Whether it waits in the list of those that go to the store.</summary>
    public bool IsLive;

    /// <summary>Whether the store is about to keep it, and whether it does.</summary>
    public bool IsStoring, IsStored;

    /// <summary>What its sender was told, or will be when it is there.</summary>
    public bool IsAccepted, IsDelivered;

    /// <summary>The session in which its sender was told that it was delivered; 0 if none.</summary>
    public ulong ToldIn;

    /// <summary>Whether it has left its queue, taken or given up, while the store still had it in its hands.</summary>
    public bool IsGone;
}
