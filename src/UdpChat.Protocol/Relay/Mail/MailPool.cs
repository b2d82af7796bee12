using System.Buffers;
using System.Collections.Generic;

namespace UdpChat.Protocol.Relay.Mail;

/// <summary>Memory for messages, used again and again.</summary>
internal sealed class MailPool
{
    private const int MaxKept = 65_536;

    private readonly Stack<HeldMail> _unused = new();

    /// <summary>A message with room for a text of so many bytes.</summary>
    public HeldMail Rent(int length)
    {
        HeldMail mail = _unused.Count > 0 ? _unused.Pop() : new HeldMail();
        mail.Buffer = ArrayPool<byte>.Shared.Rent(length);
        mail.Length = length;
        return mail;
    }

    /// <summary>Gives back a message that nobody has any more.</summary>
    public void Return(HeldMail mail)
    {
        ArrayPool<byte>.Shared.Return(mail.Buffer);
        mail.Buffer = [];
        mail.Sender = [];
        mail.SenderUser = mail.RecipientUser = null;
        mail.IsStoring = mail.IsStored = mail.IsAccepted = mail.IsDelivered = mail.IsGone = mail.WasWritten = false;
        mail.EndOffset = -1;
        mail.ToldIn = 0;
        if (_unused.Count < MaxKept)
            _unused.Push(mail);
    }
}
