using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace UdpChat.Host.Commands;

/// <summary>An option whose value is a number in a range, which its help and its error tell.</summary>
/// <typeparam name="T">The number's type. A fraction is written with a point, whatever the system's language.</typeparam>
internal sealed class NumberOption<T> : Option<T>
    where T : struct, INumber<T>
{
    private readonly T _min, _max;

    public NumberOption(string name, string unit, T min, T max, T defaultValue, string description)
        : base(name)
    {
        _min = min;
        _max = max;
        HelpName = unit;
        Description = string.Create(CultureInfo.InvariantCulture, $"{description}: {min} to {max}.");
        DefaultValueFactory = _ => defaultValue;
        CustomParser = Read;
    }

    private T Read(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (T.TryParse(text, Style, CultureInfo.InvariantCulture, out T value) && value >= _min && value <= _max)
            return value;
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{Name} takes a number from {_min} to {_max}, not '{text}'"));
        return default;
    }
}
