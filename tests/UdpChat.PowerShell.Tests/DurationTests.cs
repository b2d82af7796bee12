using System;
using UdpChat.ModuleTests.Hosting;

namespace UdpChat.ModuleTests;

public class DurationTests : ModuleTest
{
    [Theory]
    [InlineData("5", 5)]
    [InlineData("1.5", 1.5)]
    [InlineData("'5'", 5)]
    [InlineData("'1.5'", 1.5)]
    [InlineData("'1e1'", 10)]
    [InlineData("' 5 '", 5)]
    [InlineData("5d", 5)]
    [InlineData("([byte]5)", 5)]
    [InlineData("([long]5)", 5)]
    [InlineData("([float]2.5)", 2.5)]
    [InlineData("'00:00:05'", 5)]
    [InlineData("'00:00:05.5'", 5.5)]
    [InlineData("([TimeSpan]::FromSeconds(7))", 7)]
    [InlineData("([psobject]5)", 5)]
    [InlineData("([psobject]::AsPSObject([TimeSpan]::FromSeconds(7)))", 7)]
    public void A_duration_is_a_TimeSpan_or_a_number_of_seconds(string argument, double seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), Shell.Get<TimeSpan>($"(Start-ChatRelay 0 -Address 127.0.0.1 -ClientTimeout {argument}).Options.ClientTimeout"));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("'-1'")]
    [InlineData("'-00:00:05'")]
    [InlineData("([TimeSpan]::FromSeconds(-1))")]
    [InlineData("([double]::NaN)")]
    [InlineData("'NaN'")]
    [InlineData("([double]::PositiveInfinity)")]
    [InlineData("([double]::NegativeInfinity)")]
    [InlineData("1e12")]
    [InlineData("922337203685.4775808")]
    [InlineData("'1e400'")]
    [InlineData("'soon'")]
    [InlineData("''")]
    [InlineData("$true")]
    [InlineData("(,5)")]
    public void What_is_no_duration_or_negative_or_too_long_is_refused(string argument)
    {
        Shell.Fails($"Receive-ChatMessage -Timeout {argument}", "ParameterArgumentTransformationError");
    }

    [Fact]
    public void A_number_in_a_string_is_read_alike_whatever_the_culture()
    {
        Assert.Equal(TimeSpan.FromSeconds(1.5), Shell.Get<TimeSpan>("[cultureinfo]::CurrentCulture = [cultureinfo]::GetCultureInfo('de-DE'); (Start-ChatRelay 0 -Address 127.0.0.1 -ClientTimeout '1.5').Options.ClientTimeout"));
    }

    [Fact]
    public void Every_duration_of_the_module_is_read_so()
    {
        Shell.Run($"$c = Connect-ChatServer Bob {Server} -HeartbeatInterval '20' -Timeout '60'; $c | Receive-ChatMessage -Timeout '0'");

        Assert.Equal(TimeSpan.FromSeconds(20), Shell.Get<TimeSpan>("$c.HeartbeatInterval"));
    }
}
