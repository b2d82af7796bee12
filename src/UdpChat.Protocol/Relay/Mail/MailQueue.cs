using System.Collections.Generic;
using UdpChat.Protocol.Relay.Sessions;

namespace UdpChat.Protocol.Relay.Mail;

/// <summary>The mail for one user that is in memory, in the order in which it is delivered.</summary>
internal sealed class MailQueue
{
    /// <summary>The ends of the queue.</summary>
    public HeldMail? First, Last;

    /// <summary>The first that was not yet written to the recipient's session.</summary>
    public HeldMail? NextToSend;

    /// <summary>Whether more of it is being read from the store.</summary>
    public bool IsReading;

    /// <summary>The sessions to be told when there is room again; null if there is none.</summary>
    public HashSet<RelaySession>? Waiting;

    /// <summary>Adds to the end, or behind a message that is in the queue.</summary>
    public void Insert(HeldMail? after, HeldMail mail)
    {
        mail.Previous = after;
        mail.Next = after is null ? First : after.Next;
        if (mail.Next is not null)
            mail.Next.Previous = mail;
        else
            Last = mail;
        if (after is not null)
            after.Next = mail;
        else
            First = mail;
        if (NextToSend == mail.Next)
            NextToSend = mail;
    }

    /// <summary>Takes a message out.</summary>
    public void Remove(HeldMail mail)
    {
        if (NextToSend == mail)
            NextToSend = mail.Next;
        if (mail.Previous is not null)
            mail.Previous.Next = mail.Next;
        else
            First = mail.Next;
        if (mail.Next is not null)
            mail.Next.Previous = mail.Previous;
        else
            Last = mail.Previous;
        mail.Next = mail.Previous = null;
    }
}
