using UdpChat.Host.Chat;

namespace UdpChat.Host.Tests;

public class ChatLineTests
{
    [Theory]
    [InlineData("", ChatLineKind.Nothing)]
    [InlineData("hi", ChatLineKind.Say, "", "hi")]
    [InlineData("Annie: hi", ChatLineKind.SayTo, "Annie", "hi")]
    [InlineData("Annie:  two blanks: and a colon ", ChatLineKind.SayTo, "Annie", " two blanks: and a colon ")]
    [InlineData("Zoë日: hi", ChatLineKind.SayTo, "Zoë日", "hi")]
    [InlineData("Annie:", ChatLineKind.To, "Annie")]
    [InlineData("Annie: ", ChatLineKind.To, "Annie")]
    [InlineData("see http://x and so on: yes", ChatLineKind.Say, "", "see http://x and so on: yes")]
    [InlineData("http://x", ChatLineKind.Say, "", "http://x")]
    [InlineData("10:30", ChatLineKind.Say, "", "10:30")]
    [InlineData(": hi", ChatLineKind.Say, "", ": hi")]
    [InlineData("a,b: hi", ChatLineKind.Say, "", "a,b: hi")]
    [InlineData(" Annie: hi", ChatLineKind.Say, "", " Annie: hi")]
    [InlineData("/say Annie: hi", ChatLineKind.Say, "", "Annie: hi")]
    [InlineData("/say  hi", ChatLineKind.Say, "", " hi")]
    [InlineData("//to Annie", ChatLineKind.Say, "", "/to Annie")]
    [InlineData("//: hi", ChatLineKind.Say, "", "/: hi")]
    [InlineData("/to Annie", ChatLineKind.To, "Annie")]
    [InlineData("/to  Annie ", ChatLineKind.To, "Annie")]
    [InlineData("/help", ChatLineKind.Help)]
    [InlineData("/quit", ChatLineKind.Quit)]
    [InlineData("/exit", ChatLineKind.Quit)]
    public void A_line_says_whom_it_is_for_or_what_to_do(string line, object kind, string to = "", string text = "") =>
        Assert.Equal(new ChatLine((ChatLineKind)kind, to, text), ChatLine.Parse(line));

    [Theory]
    [InlineData("/to")]
    [InlineData("/to Annie and Bob")]
    [InlineData("/say")]
    [InlineData("/Annie: hi")]
    [InlineData("/")]
    public void A_wrong_command_is_not_sent(string line) => Assert.Equal(ChatLineKind.Wrong, ChatLine.Parse(line).Kind);
}
