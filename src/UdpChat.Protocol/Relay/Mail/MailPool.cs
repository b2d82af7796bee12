using System.Buffers;
using System.Collections.Generic;

namespace UdpChat.Protocol.Relay.Mail;

/// <summary>Memory for messages, used again and again.</summary>
internal sealed class MailPool
{
    private const int MaxKept = 16_384;

    /// <summary>The largest buffer that a message keeps while it is not used.</summary>
    private const int MaxKeptBuffer = 256;

    private readonly Stack<HeldMail> _unused = new();

    /// <summary>A message with room for a text of so many bytes.</summary>
    public HeldMail Rent(int length)
    {
        HeldMail mail = _unused.Count > 0 ? _unused.Pop() : new HeldMail();
        if (mail.Buffer.Length < length)
        {
            Release(mail);
            mail.Buffer = ArrayPool<byte>.Shared.Rent(length);
        }
        mail.Length = length;
        return mail;
    }

    /// <summary>Gives back a message that nobody has any more.</summary>
    public void Return(HeldMail mail)
    {
        if (mail.Buffer.Length > MaxKeptBuffer || _unused.Count == MaxKept)
            Release(mail);
        mail.Sender = [];
        mail.SenderUser = mail.RecipientUser = null;
        mail.IsStoring = mail.IsStored = mail.IsAccepted = mail.IsDelivered = mail.IsGone = mail.WasWritten = false;
        mail.EndOffset = -1;
        mail.ToldIn = 0;
        if (_unused.Count < MaxKept)
            _unused.Push(mail);
    }

    private static void Release(HeldMail mail)
    {
        if (mail.Buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(mail.Buffer);
        mail.Buffer = [];
    }
}
