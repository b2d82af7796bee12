BeforeAll {
    Import-Module "$PSScriptRoot/../../UdpChat.psd1"
    $script:relay = Start-ChatRelay -Port 0 -Address 127.0.0.1
    $null = Connect-ChatServer Annie $script:relay.LocalEndPoint
    $null = Connect-ChatServer Carl $script:relay.LocalEndPoint
    $script:bob = Connect-ChatServer Bob $script:relay.LocalEndPoint

    function Send-ToBob {
        param([string] $From, [string[]] $Text)
        $before = $script:bob.Waiting
        $Text | Send-ChatMessage Bob -Connection $From
        while ($script:bob.Waiting -lt $before + $Text.Count) { $null = $script:bob.State }
    }
}

AfterAll {
    Get-ChatConnection | Disconnect-ChatServer
    Get-ChatRelay | Stop-ChatRelay
}

Describe 'Receive-ChatMessage' {
    AfterEach {
        $null = Receive-ChatMessage
    }

    It 'takes what has arrived, and does not wait' {
        Send-ToBob -From Annie -Text 'one', 'two'
        (Receive-ChatMessage).Text | Should -Be @('one', 'two')
        Receive-ChatMessage | Should -BeNullOrEmpty
    }

    It 'can be filtered as everyone tries first' {
        Send-ToBob -From Annie -Text 'one'
        Send-ToBob -From Carl -Text 'two'
        (Receive-ChatMessage | Where-Object From -EQ Annie).Text | Should -Be 'one'
    }

    It 'leaves the messages of others where they are with -From' {
        Send-ToBob -From Annie -Text 'one'
        Send-ToBob -From Carl -Text 'two'
        (Receive-ChatMessage -From Annie).Text | Should -Be 'one'
        (Receive-ChatMessage -From c*).Text | Should -Be 'two'
    }

    It 'shows without taking with -Keep' {
        Send-ToBob -From Annie -Text 'one'
        (Receive-ChatMessage -Keep).Text | Should -Be 'one'
        (Receive-ChatMessage).Text | Should -Be 'one'
    }

    It 'ends silently when the time has passed' {
        Receive-ChatMessage -Timeout 0.01 -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'leaves what it has not written' {
        Send-ToBob -From Annie -Text 'one', 'two', 'three'
        $first = foreach ($once in 1) { Receive-ChatMessage -Wait | ForEach-Object { "$once $($_.Text)"; break } }
        $first | Should -Be '1 one'
        (Receive-ChatMessage).Text | Should -Be @('two', 'three')
    }

    It 'ends when Select-Object has enough' -Tag 'pwsh' {
        Send-ToBob -From Annie -Text 'one', 'two'
        (Receive-ChatMessage -Wait | Select-Object -First 1).Text | Should -Be 'one'
        (Receive-ChatMessage).Text | Should -Be 'two'
    }

    It 'survives a file' -Tag 'pwsh' {
        Send-ToBob -From Annie -Text 'one'
        $message = Receive-ChatMessage
        $message | Export-Clixml TestDrive:/message.xml
        $copy = Import-Clixml TestDrive:/message.xml
        $copy.Time | Should -Be $message.Time
        Send-ChatMessage -ReplyTo $copy 'yes'
        (Receive-ChatMessage -Connection Annie -Count 1 -Timeout 30).Text | Should -Be 'yes'
    }

    It 'is a bot in one line, in a job' -Tag 'pwsh' {
        $bot = Start-ThreadJob {
            Import-Module "$using:PSScriptRoot/../../UdpChat.psd1"
            Receive-ChatMessage -Wait -Connection Bob | Send-ChatMessage -Connection Bob -To { $_.From } -Message { "echo: $($_.Text)" }
        }
        Send-ChatMessage Bob 'hi' -Connection Annie
        (Receive-ChatMessage -Connection Annie -Count 1 -Timeout 30).Text | Should -Be 'echo: hi'
        $bot | Stop-Job -PassThru | Remove-Job
    }
}
