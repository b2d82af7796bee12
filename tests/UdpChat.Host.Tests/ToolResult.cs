using System;

namespace UdpChat.Host.Tests;

/// <summary>How a run of the tool ended.</summary>
internal sealed record ToolResult(int Status, string Output, string Error)
{
    /// <summary>That it said what went wrong on one line of standard error, without a stack trace, and nothing else.</summary>
    public void AssertFailure(int status, string expectedInError)
    {
        Assert.Equal("", Output);
        Assert.Contains(expectedInError, Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        Assert.StartsWith("udpchat: ", Error, StringComparison.Ordinal);
        Assert.Equal(Error.Length - Environment.NewLine.Length, Error.IndexOf(Environment.NewLine, StringComparison.Ordinal));
        Assert.Equal(status, Status);
    }
}
