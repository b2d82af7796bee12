using System;
using System.Globalization;
using System.Management.Automation;

namespace UdpChat.Commands;

/// <summary>
/// Lets a parameter of type <see cref="TimeSpan"/> be given as a number of seconds, too. By itself PowerShell reads
/// <c>5</c> as five ticks and <c>'5'</c> as five days.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value switch
        {
            TimeSpan time => NotNegative(time, time),
            string text => Parse(text),
            sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal => FromSeconds(Convert.ToDouble(value, CultureInfo.InvariantCulture), value),
            _ => throw Refuse(value),
        };
    }

    private static TimeSpan Parse(string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds))
            return FromSeconds(seconds, text);
        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time) ? NotNegative(time, text) : throw Refuse(text);
    }

    private static TimeSpan FromSeconds(double seconds, object given)
    {
        double ticks = Math.Round(seconds * TimeSpan.TicksPerSecond);
        // 2^63 ticks are one more than a TimeSpan holds; NaN is in no range.
        return ticks is >= 0 and < 9223372036854775808.0 ? new TimeSpan((long)ticks) : throw Refuse(given);
    }

    private static TimeSpan NotNegative(TimeSpan time, object given) => time >= TimeSpan.Zero ? time : throw Refuse(given);

    private static ArgumentTransformationMetadataException Refuse(object? given) =>
        new($"'{given}' is no duration; give a number of seconds that is not negative, such as 5 or 0.5, or a TimeSpan, such as '00:05:00'.");
}
