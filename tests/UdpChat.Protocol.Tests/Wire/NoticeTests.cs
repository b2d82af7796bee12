using System;
using System.Collections.Generic;
using System.Text;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Tests.Wire;

public class NoticeTests
{
    private delegate int Writing(Span<byte> destination);

    [Fact]
    public void A_notice_has_at_most_100_bytes_besides_the_name_that_it_repeats()
    {
        for (int length = 1; length <= WireLimits.MaxNameBytes; length++)
        {
            foreach (string notice in AboutName(Names.OfLength(length)))
                Assert.InRange(Encoding.UTF8.GetByteCount(notice), 1, 100 + length);
            foreach (string notice in AboutNoName(length))
                Assert.InRange(Encoding.UTF8.GetByteCount(notice), 1, 100);
        }
    }

    [Fact]
    public void Notices_are_for_people_to_read()
    {
        Assert.Equal(
            ["INFO: Welcome Zoë, you are registered.", "INFO: The name Zoë is taken, please choose another.", "INFO: There is no user Zoë here, your message was not sent."],
            AboutName("Zoë"));
        Assert.Equal(
            [
                "INFO: You are not registered, please register again.",
                "INFO: Not understood. Try \"REGISTER: Bob\", then \"SENDTO:Annie: hi\".",
                "INFO: Your message is too large and was not sent; please shorten it.",
                "INFO: The relay is full, please try again later.",
                "INFO: Too many clients at your address, please try again later.",
                "INFO: A name is missing. Try \"REGISTER: Bob\" or \"SENDTO:Annie: hi\".",
                "INFO: That name is too long; a name has at most 64 bytes of UTF-8.",
                "INFO: A name can't have blanks, invisible characters or : @ ; , * #",
                "INFO: This relay takes only names of ASCII letters, digits and signs.",
            ],
            AboutNoName(64));
    }

    [Theory]
    [InlineData(1, "at most 1 bytes")]
    [InlineData(9, "at most 9 bytes")]
    [InlineData(10, "at most 10 bytes")]
    [InlineData(64, "at most 64 bytes")]
    public void The_longest_name_is_told_in_its_digits(int maxNameBytes, string words) =>
        Assert.Contains($"has {words} of", Written(to => Notice.BadName(to, NameError.TooLong, maxNameBytes)));

    [Fact]
    public void The_sentence_that_a_client_recognises_is_the_text_of_its_notice() =>
        Assert.Equal("INFO: " + Encoding.UTF8.GetString(Notice.NotRegistered), Encoding.UTF8.GetString(Notice.NotRegisteredInfo));

    private static List<string> AboutName(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        return [Written(to => Notice.Welcome(to, bytes)), Written(to => Notice.NameTaken(to, bytes)), Written(to => Notice.NoSuchUser(to, bytes))];
    }

    private static List<string> AboutNoName(int maxNameBytes)
    {
        List<string> notices =
        [
            Encoding.UTF8.GetString(Notice.NotRegisteredInfo),
            Encoding.UTF8.GetString(Notice.MalformedInfo),
            Encoding.UTF8.GetString(Notice.TooLargeInfo),
            Encoding.UTF8.GetString(Notice.RelayFullInfo),
            Encoding.UTF8.GetString(Notice.PrefixFullInfo),
        ];
        foreach (NameError error in new[] { NameError.Empty, NameError.TooLong, NameError.ForbiddenCharacter, NameError.NotAscii })
            notices.Add(Written(to => Notice.BadName(to, error, maxNameBytes)));
        return notices;
    }

    private static string Written(Writing write)
    {
        byte[] buffer = new byte[Notice.MaxBytes];
        return Encoding.UTF8.GetString(buffer, 0, write(buffer));
    }
}
