// Prints what sigs.k8s.io/yaml makes of YAML files.
//
// Reads files from standard input, each as an eight byte little endian length and its bytes. Prints one line for each: a JSON
// list with {"json": value} or {"error": text} for every document that is not empty. Files are split at lines that begin
// with "---", as kubectl does.
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"log"
	"os"
	"strings"

	"sigs.k8s.io/yaml"
)

type result struct {
	JSON  json.RawMessage `json:"json,omitempty"`
	Error string          `json:"error,omitempty"`
}

func main() {
	in := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for {
		var length uint64
		if err := binary.Read(in, binary.LittleEndian, &length); err == io.EOF {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		file := make([]byte, length)
		if _, err := io.ReadFull(in, file); err != nil {
			log.Fatal(err)
		}
		results := []result{}
		for _, chunk := range split(string(file)) {
			results = append(results, read(chunk))
		}
		line, err := json.Marshal(results)
		if err != nil {
			log.Fatal(err)
		}
		out.Write(line)
		out.WriteByte('\n')
	}
}

func read(chunk string) result {
	value, err := yaml.YAMLToJSON([]byte(chunk))
	if err != nil {
		return result{Error: err.Error()}
	}
	return result{JSON: bytes.TrimSpace(value)}
}

// split cuts a file into documents and leaves out those without content.
func split(file string) []string {
	var chunks []string
	var chunk strings.Builder
	content := false
	flush := func() {
		if content {
			chunks = append(chunks, chunk.String())
		}
		chunk.Reset()
		content = false
	}
	for _, line := range strings.SplitAfter(file, "\n") {
		trimmed := strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
		if line == "---" || strings.HasPrefix(line, "---") && strings.ContainsAny(line[3:4], " \t\r\n") {
			flush()
			rest := strings.TrimSpace(line[3:])
			content = rest != "" && !strings.HasPrefix(rest, "#")
			chunk.WriteString(line)
			continue
		}
		if trimmed == "..." {
			continue
		}
		if trimmed != "" && !strings.HasPrefix(trimmed, "#") {
			content = true
		}
		chunk.WriteString(line)
	}
	flush()
	return chunks
}
